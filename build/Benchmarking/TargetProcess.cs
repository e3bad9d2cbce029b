using System.Text;
using CliWrap;
using FreshTrack.Cutover.Processes;
using FreshTrack.Fixtures.Containers;
using Npgsql;

namespace FreshTrack.Build.Benchmarking;

/// <param name="PeakMemoryBytes">Largest resident set of the process.</param>
/// <param name="Evidence">The folder that the run left.</param>
internal sealed record TargetRun(int ExitCode, string Errors, long PeakMemoryBytes, string Evidence);

/// <summary>A target as a user runs it: in a process of its own, cold, whose memory is its own too.</summary>
internal sealed class TargetProcess(BuildContext context, BenchmarkServers servers, string database)
{
    /// <param name="arguments">The target, then its options; the servers are known to it by their variables.</param>
    /// <param name="progress">Told of every line that it prints.</param>
    public async Task<TargetRun> RunAsync(
        IReadOnlyList<string> arguments,
        IProgress<string>? progress,
        CancellationToken cancellationToken
    )
    {
        var errors = new StringBuilder();
        var run = await Cli.Wrap(Environment.ProcessPath!)
            .WithArguments(arguments)
            .WithWorkingDirectory(context.RepositoryRoot)
            .WithEnvironmentVariables(variables =>
                variables
                    .Set("FRESHTRACK_SOURCE", Database(servers.Source))
                    .Set("FRESHTRACK_TARGET", Database(servers.Target))
                    .Set("FRESHTRACK_OBJECT_STORE", servers.NewBucket())
            )
            .WithStandardOutputPipe(PipeTarget.ToDelegate(line => progress?.Report(line.Trim())))
            .WithStandardErrorPipe(PipeTarget.ToStringBuilder(errors))
            .MeasureAsync(cancellationToken);
        return new TargetRun(
            run.ExitCode,
            errors.ToString().Trim(),
            run.PeakMemoryBytes,
            Path.Combine(context.RunsDirectory, "latest")
        );
    }

    public string Database(string server) =>
        new NpgsqlConnectionStringBuilder(server) { Database = database }.ConnectionString;
}
