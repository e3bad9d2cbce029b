using System.Diagnostics;
using FreshTrack.Fixtures.Containers;
using Npgsql;

namespace FreshTrack.Build.Benchmarking;

/// <param name="PeakMemoryBytes">Largest resident set of the process.</param>
/// <param name="Evidence">The folder that the run left.</param>
internal sealed record TargetRun(int ExitCode, string Errors, long PeakMemoryBytes, string Evidence);

/// <summary>A target as a user runs it: in a process of its own, cold, whose memory is its own too.</summary>
internal sealed class TargetProcess(BuildContext context, BenchmarkServers servers, string database)
{
    private static readonly TimeSpan Sampling = TimeSpan.FromMilliseconds(50);

    /// <param name="arguments">The target, then its options; the servers are known to it by their variables.</param>
    /// <param name="progress">Told of every line that it prints.</param>
    public async Task<TargetRun> RunAsync(
        IReadOnlyList<string> arguments,
        IProgress<string>? progress,
        CancellationToken cancellationToken
    )
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments)
        {
            WorkingDirectory = context.RepositoryRoot,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["FRESHTRACK_SOURCE"] = Database(servers.Source);
        start.Environment["FRESHTRACK_TARGET"] = Database(servers.Target);
        start.Environment["FRESHTRACK_OBJECT_STORE"] = servers.NewBucket();
        using var process = Process.Start(start)!;
        var output = FollowAsync(process.StandardOutput, progress, cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var peak = await PeakAsync(process, cancellationToken);
        await output;
        return new TargetRun(
            process.ExitCode,
            (await errors).Trim(),
            peak,
            Path.Combine(context.RunsDirectory, "latest")
        );
    }

    public string Database(string server) =>
        new NpgsqlConnectionStringBuilder(server) { Database = database }.ConnectionString;

    private static async Task FollowAsync(
        StreamReader output,
        IProgress<string>? progress,
        CancellationToken cancellationToken
    )
    {
        while (await output.ReadLineAsync(cancellationToken) is { } line)
        {
            progress?.Report(line.Trim());
        }
    }

    /// <summary>The system keeps the maximum itself:
    /// what is read last before the end is that of the whole run.</summary>
    private static async Task<long> PeakAsync(Process process, CancellationToken cancellationToken)
    {
        var peak = 0L;
        var ended = process.WaitForExitAsync(cancellationToken);
        while (!ended.IsCompleted)
        {
            try
            {
                process.Refresh();
                peak = Math.Max(peak, process.PeakWorkingSet64);
            }
            catch (InvalidOperationException)
            {
                // It ended in between.
            }

            await Task.WhenAny(ended, Task.Delay(Sampling, cancellationToken));
        }

        await ended;
        return peak;
    }
}
