using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Migration.Freezing;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Steps;

/// <summary>Phase 1: the source is closed for writing, and proven closed.</summary>
public static class FreezeSteps
{
    private const string Report = "freeze";

    /// <summary>What the role may not do besides the triggers is told and kept; whether it matters is for the proof to
    /// say.</summary>
    public static async Task<StepResult> ApplyAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var result = await FreezeOf(run).ApplyAsync(cancellationToken);
        run.Freeze.Set(result);
        await run.Evidence.WriteJsonAsync(Report, new FreezeReport(result, Proof: null), cancellationToken);
        var rest = result.NotPermitted.Count == 0 ? "" : $"; not permitted: {string.Join("; ", result.NotPermitted)}";
        return StepResult.Pass($"{result.Tables.Count} tables refuse writes{rest}");
    }

    /// <summary>A write that goes through is a failure; a role that may write, and whose write nothing proves to be
    /// refused, is a warning.</summary>
    public static async Task<StepResult> ProveAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var proof = await FreezeOf(run).ProveAsync(run.Environment.SupabaseAuth, cancellationToken);
        await run.Evidence.WriteJsonAsync(Report, new FreezeReport(run.Freeze.Value, proof), cancellationToken);
        if (!proof.Holds)
        {
            return new StepResult(
                Verdict.Fail,
                $"the freeze does not hold: {string.Join("; ", proof.Open.DefaultIfEmpty("no write could be tried"))}"
            );
        }

        var tried =
            $"{proof.Attempts.Count} writes by {proof.Attempts.DistinctBy(attempt => attempt.Role).Count()} roles were "
            + $"refused{(proof.Service is null ? "" : ", Supabase Auth was asked")}, counters stand still";
        var unproven = proof.Unproven.Select(role => $"{role.Role}: {role.Reason}").ToList();
        return unproven.Count == 0
            ? StepResult.Pass(tried)
            : new StepResult(Verdict.Warn, $"{tried}; not proved: {string.Join("; ", unproven)}");
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
