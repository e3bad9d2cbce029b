using System.Text.Json.Nodes;
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
    private const int Shown = 5;

    /// <summary>What the role may not do besides the triggers is told and kept; whether it matters is for the proof to
    /// say.</summary>
    public static async Task<StepResult> ApplyAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var result = await Of(run).ApplyAsync(cancellationToken);
        run.Freeze.Set(result);
        await run.Evidence.WriteJsonAsync(Report, new FreezeReport(result, null, null), cancellationToken);
        var rest = result.NotPermitted.Count == 0 ? "" : $"; not permitted: {string.Join("; ", result.NotPermitted)}";
        return StepResult.Pass($"{result.Tables.Count} tables refuse writes{rest}", result);
    }

    /// <summary>What <see cref="ApplyAsync"/> left; whether it still holds is for the proof to say.</summary>
    public static Task<StepResult> RestoreAppliedAsync(
        RunContext run,
        JsonNode? output,
        CancellationToken cancellationToken
    )
    {
        run.Freeze.Set(EvidenceJson.Deserialize<FreezeResult>($"{output?.ToJsonString()}"));
        return Task.FromResult(StepResult.Pass($"{run.Freeze.Value.Tables.Count} tables were frozen"));
    }

    /// <summary>A write that goes through is a failure; a role that may write, and whose write nothing proves to be
    /// refused, is a warning. What holds gives the cutover point.</summary>
    public static async Task<StepResult> ProveAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var proof = await Of(run).ProveAsync(run.Environment.SupabaseAuth, cancellationToken);
        if (!proof.Holds)
        {
            await KeepAsync(run, proof, cutover: null, cancellationToken);
            return new StepResult(
                Verdict.Fail,
                $"the freeze does not hold: {string.Join("; ", proof.Open.DefaultIfEmpty("no write could be tried"))}"
            );
        }

        var source = run.Environment.Source;
        var point = await CutoverPoint.TakeAsync(source, proof.State, cancellationToken);
        var clocks = await ClockSteps.MeasureAsync(run, cancellationToken);
        progress.Report(new StepProgress("counting rows at the cutover point"));
        var tallies = await TableTally.CountAsync(source, run.Plan, cancellationToken);
        await KeepAsync(run, proof, new CutoverReport(point.Wal, point.At, clocks, tallies), cancellationToken);
        run.CutoverPoint.Set(point);
        var tried =
            $"{proof.Attempts.Count} writes by {proof.Attempts.DistinctBy(attempt => attempt.Role).Count()} roles were "
            + $"refused{(proof.Service is null ? "" : ", Supabase Auth was asked")}, counters stand still; cutover "
            + $"point {point.Wal} at {point.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC";
        var doubts = proof.Unproven.Select(role => $"not proved: {role.Role}: {role.Reason}").ToList();
        if (ClockSteps.Judge(clocks) is { Verdict: not Verdict.Pass } clock)
        {
            doubts.Add(clock.Summary);
        }

        return doubts.Count == 0
            ? StepResult.Pass(tried, point)
            : new StepResult(Verdict.Warn, $"{tried}; {string.Join("; ", doubts)}") { Output = point };
    }

    /// <summary>The cutover point that <see cref="ProveAsync"/> left; <see cref="HoldsAsync"/> compares with
    /// it.</summary>
    public static Task<StepResult> RestoreProvedAsync(
        RunContext run,
        JsonNode? output,
        CancellationToken cancellationToken
    )
    {
        run.CutoverPoint.Set(EvidenceJson.Deserialize<CutoverPoint>($"{output?.ToJsonString()}"));
        return Task.FromResult(StepResult.Pass($"cutover point {run.CutoverPoint.Value.Wal}"));
    }

    /// <summary>The proof repeated, before a phase that relies on the freeze: what thawed or was written to since the
    /// cutover point is named.</summary>
    public static async Task<StepResult> HoldsAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var point = run.CutoverPoint.Value;
        var open = await Of(run).FindOpenAsync(point.State, cancellationToken);
        var more = open.Count > Shown ? $"; and {open.Count - Shown} more" : "";
        return open.Count == 0
            ? StepResult.Pass($"{point.State.Tables.Count} tables refuse writes, and are as they were at {point.Wal}")
            : new StepResult(
                Verdict.Fail,
                $"the freeze no longer holds: {string.Join("; ", open.Take(Shown))}{more}. What was written since the "
                    + "cutover point is not on the target: undo, find out who writes, and begin again"
            );
    }

    /// <summary>The source as it is now.</summary>
    /// <returns>True when every table refuses writes but those of Supabase Auth, which a return releases.</returns>
    public static async Task<bool> ProbeAsync(RunContext run, CancellationToken cancellationToken) =>
        (await Of(run).StateAsync(cancellationToken)).Open.All(table => table == $"{ResolvedPlan.AuthUsers}");

    /// <summary>Opens the source again.</summary>
    public static async Task<StepResult> LiftAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var freeze = Of(run);
        var denied = await freeze.LiftAsync(cancellationToken);
        var alive = await freeze.RenewSessionsAsync(cancellationToken);
        return denied.Count == 0
            ? StepResult.Pass(
                alive.Count == 0
                    ? "the source takes writes again"
                    : "the source takes writes again; what began under the freeze stays read-only until it ends, and "
                        + $"this role may not {string.Join("; ", alive)}"
            )
            : new StepResult(
                Verdict.Warn,
                $"the source takes writes again; not permitted: {string.Join("; ", denied)}"
            );
    }

    private static Task KeepAsync(
        RunContext run,
        FreezeProof proof,
        CutoverReport? cutover,
        CancellationToken cancellationToken
    ) => run.Evidence.WriteJsonAsync(Report, new FreezeReport(run.Freeze.Value, proof, cutover), cancellationToken);

    internal static Freeze Of(RunContext run) => new(run.Environment.Source, run.Plan, run.Clock);
}
