using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification;

/// <summary>Runs one check; whatever keeps it from finishing, other than the caller's own cancel, is Inconclusive.</summary>
internal sealed class CheckRunner(TimeProvider clock, TimeSpan limit)
{
    public async Task<CheckResult> RunAsync(ICheck check, BothSides sides, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var outcome = await RunToOutcomeAsync(check, sides, cancellationToken);
        return Result(check, outcome, clock.GetElapsedTime(started));
    }

    public static CheckResult NotRun(ICheck check, string reason) => Result(check, Outcome.Inconclusive(reason), TimeSpan.Zero);

    private async Task<Outcome> RunToOutcomeAsync(ICheck check, BothSides sides, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            return await check.RunAsync(sides, either.Token) ?? Outcome.Inconclusive("The check returned nothing.");
        }
#pragma warning disable CA1031 // Whatever is thrown, the check did not finish, and that is the verdict.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Outcome.Inconclusive(timer.IsCancellationRequested
                ? $"Not finished within {limit}. Raise the limit, or see what the databases wait for."
                : $"The check did not finish. {exception.Message}");
        }
    }

    private static CheckResult Result(ICheck check, Outcome outcome, TimeSpan duration) => new(
        check.Name, check.Subject, outcome.Verdict, outcome.Rows, outcome.Violations, outcome.Reason, outcome.Differences, Math.Round(duration.TotalSeconds, 3));
}
