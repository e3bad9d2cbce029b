using System.Text;
using System.Text.RegularExpressions;
using CliWrap;
using FreshTrack.Cutover.Processes;
using FreshTrack.Plan;

namespace FreshTrack.Build.Benchmarking.Load;

/// <summary>The load generator to compare with: C, one thread, as fast as the server answers. On Debian it is the
/// package <c>wrk</c>.</summary>
internal static partial class Wrk
{
    /// <returns>Requests for each second that it had a core.</returns>
    /// <exception cref="RefusedException">It is not installed.</exception>
    public static async Task<double> RunAsync(
        Uri address,
        int connections,
        TimeSpan duration,
        CancellationToken cancellationToken
    )
    {
        var output = new StringBuilder();
        var run = await Cli.Wrap("wrk")
            .WithArguments([$"-c{connections}", "-t1", $"-d{duration.TotalSeconds:0}s", address.AbsoluteUri])
            .WithStandardOutputPipe(PipeTarget.ToStringBuilder(output))
            .WithStandardErrorPipe(PipeTarget.ToStream(Console.OpenStandardError()))
            .MeasureAsync(cancellationToken);
        var text = output.ToString();
        return
            run.ExitCode == 0
            && Requests().Match(text) is { Success: true } match
            && !text.Contains("Non-2xx")
            && !text.Contains("Socket errors")
            ? double.Parse(match.Groups["count"].ValueSpan) / run.ProcessorTime.TotalSeconds
            : throw new InvalidOperationException(
                $"wrk ended with exit code {run.ExitCode}; expected requests without errors, got: {text}"
            );
    }

    [GeneratedRegex(@"^\s*(?<count>\d+) requests in", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Requests();
}
