using FreshTrack.Build.Rehearsals;
using FreshTrack.Build.Stages;
using FreshTrack.Cutover.Runs;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Images;
using FreshTrack.Plan;
using Spectre.Console.Testing;

namespace FreshTrack.IntegrationTests.Nights;

/// <summary>A checkout of its own with a stage, on which the release manager's targets are run as programs at a
/// terminal.</summary>
internal sealed class PracticeNight : IAsyncDisposable
{
    private readonly StageGuide stage;

    private PracticeNight(string root, StageGuide stage) => (Root, this.stage) = (root, stage);

    public string Root { get; }

    public string Environment => Path.Combine(Root, "artifacts", "stage", "environment.yaml");

    public string Runs => Path.Combine(Root, "artifacts", "runs");

    public static async Task<PracticeNight> StartAsync(CancellationToken cancellationToken)
    {
        var repository = RepositoryRoot.Find();
        var root = Directory.CreateTempSubdirectory("night").FullName;
        Directory.CreateDirectory(Path.Combine(root, "artifacts"));
        Directory.CreateDirectory(Path.Combine(root, "build"));
        Directory.CreateDirectory(Path.Combine(root, "fixtures"));
        foreach (var file in new[] { "FreshTrack.sln", "build/policy.yaml", "artifacts/images.json" })
        {
            File.Copy(Path.Combine(repository, file), Path.Combine(root, file));
        }

        Copy(Path.Combine(repository, "fixtures", "plans"), Path.Combine(root, "fixtures", "plans"));
        Copy(Path.Combine(repository, "artifacts", "dotnet", "bin", "Build", "release"), Path.Combine(root, "bin"));
        // What is rehearsed and what cuts over are of one commit.
        Directory.CreateSymbolicLink(Path.Combine(root, ".git"), Path.Combine(repository, ".git"));
        var images = await ImageSet.ReadAsync(root, ImageCatalog.Stage, cancellationToken);
        var guide = await new PracticeStage(
            root,
            Path.Combine(root, "artifacts"),
            new RunObservers(TimeProvider.System),
            TimeProvider.System
        ).UpAsync(images, FixtureScale.Smoke, seed: 1, cancellationToken);
        return new PracticeNight(root, guide);
    }

    /// <summary>A rehearsal whose load is not measured; everything else is real.</summary>
    public async Task RehearseAsync(CancellationToken cancellationToken)
    {
        using var console = new TestConsole().Width(400);
        var options = new RehearsalOptions(FixtureScale.Smoke, Seed: 2, Fault: null, Keep: false)
        {
            RepositoryRoot = Root,
            PlanPath = Path.Combine(Root, "fixtures", "plans", "freshtrack.yaml"),
            PolicyPath = Path.Combine(Root, "build", "policy.yaml"),
            Runner = load => new QuickLoad(load),
        };
        var report = await new Rehearsal(options, console, TimeProvider.System).RunAsync(cancellationToken);
        Assert.True(
            report.Gate.Verdict is Verdict.Pass or Verdict.Warn,
            $"{report.Gate.Verdict}: {string.Join("; ", report.Reasons.Select(reason => reason.Reason))}"
        );
    }

    public Terminal Target(string name, params IReadOnlyList<string> options) =>
        Terminal.Start(
            Root,
            [
                "dotnet",
                Path.Combine(Root, "bin", "Build.dll"),
                $"--target={name}",
                "--exclusive",
                $"--environment={Environment}",
                .. options,
            ]
        );

    public async ValueTask DisposeAsync()
    {
        await Leftovers.RemoveRunAsync(stage.State.Id);
        Directory.Delete(Root, recursive: true);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var path = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(file, path);
        }
    }
}
