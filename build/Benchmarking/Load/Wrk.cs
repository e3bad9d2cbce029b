using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;
using FreshTrack.Plan;

namespace FreshTrack.Build.Benchmarking.Load;

/// <summary>The load generator to be held against: C, one thread, as fast as the server answers.</summary>
internal static partial class Wrk
{
    private static readonly TimeSpan Sampling = TimeSpan.FromMilliseconds(20);

    /// <returns>Requests for each second that it had a core.</returns>
    /// <exception cref="RefusedException">It is not installed.</exception>
    public static async Task<double> RunAsync(
        Uri address,
        int connections,
        TimeSpan duration,
        CancellationToken cancellationToken
    )
    {
        using var process = Start(address, connections, duration);
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var cpu = await CpuAsync(process, cancellationToken);
        var text = await output;
        return
            process.ExitCode == 0
            && Requests().Match(text) is { Success: true } match
            && !text.Contains("Non-2xx")
            && !text.Contains("Socket errors")
            ? double.Parse(match.Groups["count"].ValueSpan) / cpu.TotalSeconds
            : throw new InvalidOperationException(
                $"wrk ended with exit code {process.ExitCode}; expected requests without errors, got: {text}"
            );
    }

    private static Process Start(Uri address, int connections, TimeSpan duration)
    {
        try
        {
            return Process.Start(
                new ProcessStartInfo(
                    "wrk",
                    [$"-c{connections}", "-t1", $"-d{duration.TotalSeconds:0}s", address.AbsoluteUri]
                )
                {
                    RedirectStandardOutput = true,
                    UseShellExecute = false,
                }
            )!;
        }
        catch (Win32Exception e)
        {
            throw new RefusedException(
                "wrk is not installed; this suite compares with it. "
                    + "Install it, with 'apt-get install wrk' on Debian, and run again.",
                e
            );
        }
    }

    /// <summary>The system forgets the time of a process with its end: what is read last before it is that of the whole
    /// run, but for a moment.</summary>
    private static async Task<TimeSpan> CpuAsync(Process process, CancellationToken cancellationToken)
    {
        var cpu = TimeSpan.Zero;
        var ended = process.WaitForExitAsync(cancellationToken);
        while (!ended.IsCompleted)
        {
            try
            {
                process.Refresh();
                cpu = process.TotalProcessorTime;
            }
            catch (InvalidOperationException)
            {
                // It ended in between.
            }

            await Task.WhenAny(ended, Task.Delay(Sampling, cancellationToken));
        }

        await ended;
        return cpu;
    }

    [GeneratedRegex(@"^\s*(?<count>\d+) requests in", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Requests();
}
