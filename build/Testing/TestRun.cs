using CliWrap;
using FreshTrack.Cutover.Processes;
using FreshTrack.Plan;

namespace FreshTrack.Build.Testing;

/// <summary>Builds the solution once and runs its test programs one after the other.</summary>
/// <param name="Depth"><c>sample</c> or <c>full</c>: whether long corpora run as seeded samples.</param>
internal sealed record TestRun(string RepositoryRoot, string ArtifactsDirectory, string PackageFeed, string Depth)
{
    // Not the configuration that this program runs from, whose files cannot be written meanwhile.
    public const string Configuration = "Release";

    public required IReadOnlyList<string> Projects { get; init; }

    // The exit code of a Microsoft.Testing.Platform program of whose tests some failed.
    private const int FailedTests = 2;

    private readonly List<FailedTest> failed = [];

    /// <summary>What failed so far; also says which test program crashed, was ended or left no report.</summary>
    public IReadOnlyList<FailedTest> Failed => failed;

    private string ReportDirectory => Path.Combine(ArtifactsDirectory, "tests");

    /// <exception cref="TargetFailedException">The solution does not build.</exception>
    public async Task<TestCounts> RunAsync(
        TimeSpan limit,
        TimeProvider timeProvider,
        CancellationToken cancellationToken
    )
    {
        if (Projects.Count == 0)
        {
            throw new RefusedException("FreshTrack.sln has no project below tests/. Add the test projects to it.");
        }

        using var time = new CancellationTokenSource(limit, timeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        await BuildAsync(linked.Token);
        var counts = TestCounts.None;
        foreach (var project in Projects)
        {
            try
            {
                counts += await RunAsync(project, linked.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                await LoseAsync(project, $"Was ended: all tests together may take {limit.TotalMinutes:0} minutes.");
                counts += TestCounts.Lost;
            }
        }

        return counts;
    }

    private async Task BuildAsync(CancellationToken cancellationToken)
    {
        var build = Cli.Wrap("dotnet")
            .WithArguments([
                "build",
                "FreshTrack.sln",
                "--configuration",
                Configuration,
                "--verbosity",
                "quiet",
                "--nologo",
                "-consoleLoggerParameters:ErrorsOnly;NoSummary",
                $"-p:PackageFeed={PackageFeed}",
            ])
            .WithWorkingDirectory(RepositoryRoot)
            .ToConsole();
        if (await build.RunAsync(cancellationToken) != 0)
        {
            throw new TargetFailedException(
                ExitCodes.Broken,
                "The solution does not build; the errors are above. No test ran."
            );
        }
    }

    private async Task<TestCounts> RunAsync(string project, CancellationToken cancellationToken)
    {
        var program = Path.Combine(
            ArtifactsDirectory,
            "dotnet",
            "bin",
            project,
            Configuration.ToLowerInvariant(),
            $"{project}.dll"
        );
        var report = Path.Combine(ReportDirectory, $"{project}.xml");
        Directory.CreateDirectory(ReportDirectory);
        File.Delete(report);
        Console.WriteLine($"{project}:");
        var tests = Cli.Wrap("dotnet")
            .WithArguments([
                "exec",
                program,
                "--report-xunit",
                "--report-xunit-filename",
                Path.GetFileName(report),
                "--results-directory",
                ReportDirectory,
                "--no-progress",
                // Those that take minutes each.
                .. Depth == "full" ? ["--explicit", "on"] : Array.Empty<string>(),
            ])
            .WithWorkingDirectory(RepositoryRoot)
            .WithEnvironmentVariables(variables => variables.Set("FRESHTRACK_TEST_DEPTH", Depth))
            .ToConsole();
        var exitCode = await tests.RunAsync(cancellationToken);
        var text = File.Exists(report) ? await File.ReadAllTextAsync(report, cancellationToken) : null;
        var counts = TestCounts.Read(text, exitCode);
        failed.AddRange(FailedTest.Read(text));
        if (counts.Failed > 0 && exitCode != FailedTests)
        {
            await LoseAsync(
                project,
                $"Ended with exit code {exitCode}; no test at all, no report or a crash counts as one failure."
            );
        }

        return counts;
    }

    private async Task LoseAsync(string project, string reason)
    {
        failed.Add(new FailedTest(project, reason));
        await Console.Error.WriteLineAsync(failed[^1].ToString());
    }
}
