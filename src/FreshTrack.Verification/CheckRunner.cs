using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification;

/// <summary>Runs one check; whatever keeps it from finishing,
/// other than the caller's own cancel, is Inconclusive.</summary>
internal sealed class CheckRunner(TimeProvider clock, TimeLimit limit)
{
    public async Task<CheckResult> RunAsync(ICheck check, BothSides sides, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var outcome = await RunToOutcomeAsync(check, sides, cancellationToken);
        return Result(check, outcome, clock.GetElapsedTime(started));
    }

    public static CheckResult NotRun(ICheck check, string reason) =>
        Result(check, Outcome.Inconclusive(reason), TimeSpan.Zero);

    private async Task<Outcome> RunToOutcomeAsync(ICheck check, BothSides sides, CancellationToken cancellationToken)
    {
        try
        {
            return await limit.RunAsync(token => check.RunAsync(sides, token), cancellationToken)
                ?? Outcome.Inconclusive("The check returned nothing.");
        }
        catch (UnfinishedException unfinished)
        {
            return Outcome.Inconclusive($"The check did not finish. {unfinished.Message}");
        }
    }

    private static CheckResult Result(ICheck check, Outcome outcome, TimeSpan duration) =>
        new(
            check.Name,
            check.Subject,
            outcome.Verdict,
            outcome.Rows,
            outcome.Violations,
            outcome.Reason,
            outcome.Differences,
            Math.Round(duration.TotalSeconds, 3)
        )
        {
            Sides = outcome.Sides,
        };
}
