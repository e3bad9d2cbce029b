using System.Text.Json;
using System.Text.Json.Nodes;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Rollback;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Steps;

/// <summary>What a rollback writes down besides the rows that it returned.</summary>
public static class RollbackReportSteps
{
    /// <summary>The target is gone: says what is lost, and where the last copies are. Nothing is changed.</summary>
    public static async Task<StepResult> LossAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var lost = await LostTarget.DescribeAsync(run, cancellationToken);
        var report = await RollbackFile.KeepAsync(
            run,
            before => before with { Way = RollbackWay.Loss, Lost = lost },
            cancellationToken
        );
        return new StepResult(
            Verdict.Warn,
            "the new side cannot be read: what was written there since "
                + $"{(lost.Since is { } since ? Format.Time(since) : "the freeze, whose time nothing says,")} is lost, "
                + "and nothing counts it. The source is as it was then. Last export: "
                + $"{lost.Export ?? "none was found"}; archive: {lost.Archive ?? "none was found"}"
        )
        {
            Output = report,
        };
    }

    /// <summary>After an undo: what was taken back is written down.</summary>
    public static async Task<StepResult> KeepUndoAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var report = await RollbackFile.KeepAsync(
            run,
            before => before with { Way = RollbackWay.Undo },
            cancellationToken
        );
        return StepResult.Pass("the old system is as it was; no difference was applied", report);
    }

    /// <summary>Puts back <c>rollback.json</c> where the return continues on another machine.</summary>
    public static async Task<StepResult> RestoreAsync(
        RunContext run,
        JsonNode? output,
        CancellationToken cancellationToken
    )
    {
        if (!File.Exists(run.Evidence.PathOf($"{RollbackFile.Name}.json")) && output is not null)
        {
            var report = output.Deserialize<RollbackReport>(EvidenceJson.Options)!;
            await run.Evidence.WriteJsonAsync(RollbackFile.Name, report, cancellationToken);
        }

        return StepResult.Pass("as it was left");
    }
}
