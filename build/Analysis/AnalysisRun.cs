using CliWrap;
using FreshTrack.Build.Testing;
using FreshTrack.Cutover.Processes;

namespace FreshTrack.Build.Analysis;

/// <summary>What an analysis found.</summary>
/// <param name="FormatIsGood">Whether CSharpier would change nothing.</param>
/// <param name="Builds">Whether the solution builds with every analyzer as an error.</param>
/// <param name="Problems">Broken rules; where there are none and the build fails, its own errors.</param>
internal sealed record AnalysisResult(bool FormatIsGood, bool Builds, IReadOnlyList<string> Problems);

/// <summary>Checks the format and rebuilds the whole solution with
/// every analyzer, which writes one SARIF log a project.</summary>
internal sealed record AnalysisRun(string RepositoryRoot, string ArtifactsDirectory, string PackageFeed)
{
    private string LogDirectory => Path.Combine(ArtifactsDirectory, "analysis");

    private string BuildLog => Path.Combine(LogDirectory, "build.log");

    public async Task<AnalysisResult> RunAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(LogDirectory))
        {
            Directory.Delete(LogDirectory, recursive: true);
        }

        Directory.CreateDirectory(LogDirectory);
        Console.WriteLine("Checking the format.");
        var formatIsGood = await FormatAsync(cancellationToken);
        Console.WriteLine("Rebuilding everything with every analyzer; this takes a minute or two.");
        var builds = await BuildAsync(cancellationToken);
        var problems = await ViolationsAsync(cancellationToken);
        return new AnalysisResult(
            formatIsGood,
            builds,
            problems.Count > 0 || builds ? problems : await BuildErrorsAsync(cancellationToken)
        );
    }

    private async Task<IReadOnlyList<string>> ViolationsAsync(CancellationToken cancellationToken)
    {
        var violations = new List<Violation>();
        foreach (var log in Directory.EnumerateFiles(LogDirectory, "*.sarif").Order())
        {
            violations.AddRange(Violation.Read(await File.ReadAllTextAsync(log, cancellationToken), RepositoryRoot));
        }

        return [.. violations.Select(violation => violation.ToString()).Distinct()];
    }

    // What stops a build before the compiler runs stands in no SARIF log: a package that does not restore, a project
    // file in error.
    private async Task<IReadOnlyList<string>> BuildErrorsAsync(CancellationToken cancellationToken) =>
        [
            .. (await File.ReadAllLinesAsync(BuildLog, cancellationToken))
                .Where(line => line.Contains(": error "))
                .Distinct(),
        ];

    // CSharpier in the exact version of .config/dotnet-tools.json: another one breaks other lines, and the format would
    // depend on the machine. It reads files, not projects, so it takes seconds; style is the build's
    // (EnforceCodeStyleInBuild).
    private async Task<bool> FormatAsync(CancellationToken cancellationToken) =>
        await RunAsync(["tool", "restore"], cancellationToken)
        && await RunAsync(["csharpier", "check", "."], cancellationToken);

    private Task<bool> BuildAsync(CancellationToken cancellationToken) =>
        RunAsync(
            [
                "build",
                "FreshTrack.sln",
                "--no-incremental",
                "--configuration",
                TestRun.Configuration,
                "--nologo",
                $"-p:PackageFeed={PackageFeed}",
                $"-p:SarifDirectory={LogDirectory}{Path.DirectorySeparatorChar}",
                "-noConsoleLogger",
                $"-fileLoggerParameters:LogFile={BuildLog};Verbosity=minimal",
            ],
            cancellationToken
        );

    private async Task<bool> RunAsync(string[] arguments, CancellationToken cancellationToken) =>
        await Cli.Wrap("dotnet")
            .WithArguments(arguments)
            .WithWorkingDirectory(RepositoryRoot)
            .ToConsole()
            .RunAsync(cancellationToken) == 0;
}
