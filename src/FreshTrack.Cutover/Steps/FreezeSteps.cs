using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Migration.Freezing;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Steps;

/// <summary>Phase 1: the source is closed for writing, and proven closed.</summary>
public static class FreezeSteps
{
    public static async Task<StepResult> ApplyAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var result = await FreezeOf(run).ApplyAsync(cancellationToken);
        return result.NotPermitted.Count == 0
            ? StepResult.Pass($"{result.Tables.Count} tables refuse writes")
            : new StepResult(
                Verdict.Warn,
                $"{result.Tables.Count} tables refuse writes; not permitted here: "
                    + string.Join("; ", result.NotPermitted)
            );
    }

    public static async Task<StepResult> ProveAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var proof = await FreezeOf(run).ProveAsync(cancellationToken);
        if (!proof.Holds)
        {
            return new StepResult(
                Verdict.Fail,
                $"the freeze does not hold: {string.Join("; ", proof.Open.DefaultIfEmpty("no write could be tried"))}"
            );
        }

        var tried =
            $"{proof.Attempts.Count} writes by {proof.Attempts.DistinctBy(attempt => attempt.Role).Count()} roles were "
            + "refused, counters stand still";
        return proof.Unproven.Count == 0
            ? StepResult.Pass(tried)
            : new StepResult(Verdict.Warn, $"{tried}; not tried: {string.Join("; ", proof.Unproven)}");
    }

    /// <summary>Opens the source again.</summary>
    public static async Task<StepResult> LiftAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var denied = await FreezeOf(run).LiftAsync(cancellationToken);
        return denied.Count == 0
            ? StepResult.Pass("the source takes writes again")
            : new StepResult(
                Verdict.Warn,
                $"the source takes writes again; not permitted: {string.Join("; ", denied)}"
            );
    }

    private static Freeze FreezeOf(RunContext run) => new(run.Environment.Source, run.Plan, run.Clock);
}
