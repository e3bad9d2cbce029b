using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.Build.Benchmarking.Verification;

/// <summary>The contents check through the verifier's public interface, alone:
/// it comes first, and what would follow is left out.</summary>
internal static class ContentsRun
{
    /// <exception cref="InvalidOperationException">The check did not come to what was expected.</exception>
    public static async Task<CheckResult> RunAsync(
        CopiedReadings readings,
        Verdict expected,
        CancellationToken cancellationToken
    )
    {
        var request = new VerificationRequest(
            PlanFile.Parse(CopiedReadings.PlanText(), "plan.yaml"),
            readings.Source,
            readings.Target
        )
        {
            Parallelism = 1,
        };
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = new First(enough);
        try
        {
            await Verifier.RunAsync(request, first, enough.Token);
        }
        catch (OperationCanceledException) when (first.Result is not null)
        {
            // As was asked for.
        }

        cancellationToken.ThrowIfCancellationRequested();
        return
            first.Result is { Check: CheckNames.Contents } contents
            && contents.Verdict == expected
            && contents.Rows == readings.Rows
            ? contents
            : throw new InvalidOperationException(
                $"Expected {expected} of the contents of {readings.Name}, "
                    + $"but {first.Result?.Check} says {first.Result?.Verdict}: {first.Result?.Reason}"
            );
    }

    private sealed class First(CancellationTokenSource enough) : IProgress<CheckResult>
    {
        public CheckResult? Result { get; private set; }

        public void Report(CheckResult value)
        {
            Result ??= value;
            enough.Cancel();
        }
    }
}
