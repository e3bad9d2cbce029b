using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Steps;

/// <summary>What every step demands that writes into the source: a target that holds half of the rows would delete the
/// other half there.</summary>
internal static class VerifiedTarget
{
    /// <returns>Null where the cutover's verification has passed.</returns>
    public static StepResult? Refusal(RunContext run) =>
        run.Verification.Found?.Verdict is Verdict.Pass or Verdict.Warn || run.Follows is { IsVerified: true }
            ? null
            : new StepResult(
                Verdict.Fail,
                "no verification of the target has passed in this cutover ("
                    + $"{(run.Verification.Found is { } result ? $"it ended {result.Verdict}" : "none was run")}), so "
                    + "rows that are missing there may never have arrived: nothing flows back. Undo the cutover instead"
            );
}
