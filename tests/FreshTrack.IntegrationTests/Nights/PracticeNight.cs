using FreshTrack.Build.Rehearsals;
using FreshTrack.Build.Stages;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runs;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Images;
using FreshTrack.Migration.Exporting;
using FreshTrack.Plan;
using Spectre.Console.Testing;

namespace FreshTrack.IntegrationTests.Nights;

/// <summary>A checkout of its own with a stage, on which the release manager's targets are run as programs at a
/// terminal.</summary>
internal sealed class PracticeNight : IAsyncDisposable
{
    private readonly StageGuide stage;

    private PracticeNight(string root, StageGuide stage)
    {
        (Root, this.stage) = (root, stage);
        Plan = PlanFile.Load(Path.Combine(root, "fixtures", "plans", "freshtrack.yaml"));
    }

    public string Root { get; }

    public string Environment => Path.Combine(Root, "artifacts", "stage", "environment.yaml");

    public string StageId => stage.State.Id;

    public MigrationPlan Plan { get; }

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
        )
        {
            // The nights that are killed again and again are about source, target and API.
            HasStack = false,
        }.UpAsync(images, FixtureScale.Smoke, seed: 1, cancellationToken);
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
            HasStack = false,
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

    /// <summary>Runs a target until its journal holds an event, and ends it with SIGKILL.</summary>
    /// <returns>Id of the run.</returns>
    public async Task<string> KillAfterAsync(
        string name,
        string kind,
        Func<JournalEntry, bool> last,
        CancellationToken cancellationToken
    )
    {
        var journal = new JournalWatch(Runs, kind, JournalWatch.NewestOf(Runs, kind));
        await using var terminal = Target(name);
        var answering = terminal.AnswerAllAsync(NightStory.Answers, cancellationToken);
        while (!journal.ReadNew().Any(last))
        {
            Assert.False(answering.IsCompleted, terminal.Text);
            await Task.Delay(2, cancellationToken);
        }

        await terminal.KillProgramAsync(cancellationToken);
        await answering;
        return journal.RunId!;
    }

    /// <summary>Flips a byte of one part of the run in the object store, and cuts another one short.</summary>
    public async Task DamagePartsAsync(string run, CancellationToken cancellationToken)
    {
        await using var environment = CutoverEnvironment.Open(EnvironmentFile.Read(Environment));
        var store = environment.ObjectStore;
        var manifest = (await Exporter.FindAsync(store, run, cancellationToken))!;
        foreach (var (part, isCut) in new[] { (manifest.Parts[^1], false), (manifest.Parts[^2], true) })
        {
            var labels = (await store.DescribeAsync(part.Key, cancellationToken))!.Metadata;
            var bytes = (await store.ReadAsync(part.Key, cancellationToken))!;
            bytes[bytes.Length / 2] ^= 1;
            using var content = new MemoryStream(isCut ? bytes[..(bytes.Length / 2)] : bytes);
            await store.PutAsync(part.Key, content, labels, cancellationToken);
        }
    }

    /// <summary>Nothing is left here of any procedure; the rehearsal, which may come from elsewhere, is.</summary>
    public void MoveToAnotherMachine() =>
        Directory
            .GetDirectories(Runs, "2*")
            .Where(folder => !folder.EndsWith("-rehearsal"))
            .ToList()
            .ForEach(folder => Directory.Delete(folder, recursive: true));

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
