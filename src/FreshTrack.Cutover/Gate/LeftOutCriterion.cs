using FreshTrack.Cutover.Runbooks;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Gating;

/// <summary>What the run's own runbook plans as absent is tolerated by the policy.</summary>
internal static class LeftOutCriterion
{
    public const string Name = "left out";

    private const string Wanted = "nothing that the policy does not tolerate";

    /// <param name="absent">The absent steps of the runbook, one or more.</param>
    public static Criterion Judge(IReadOnlyList<PlannedStep> absent, CutoverPolicy policy)
    {
        var open = NotTolerated(absent, policy);
        var names = Format.List([.. (open.Count > 0 ? open : absent).Select(step => step.Id)]);
        return new Criterion(
            Name,
            Wanted,
            open.Count > 0 ? names : $"tolerated: {names}",
            open.Count > 0 ? Verdict.Warn : Verdict.Pass,
            open.Count > 0
                ? $"{Name}: {Format.List([.. open.Select(step => $"{step.Title} ({step.Id}): {step.Absent}")])}."
                : $"{Name}: the policy tolerates {names}."
        )
        {
            Derivation = new Derivation(
                "runbook.json phases[].steps[].absent; policy cutover.tolerated_left_out",
                "Pass when the policy names every absent step, else Warn",
                [.. absent.Select(step => $"{step.Id}: {step.Absent}")]
            ),
        };
    }

    public static IReadOnlyList<PlannedStep> NotTolerated(IReadOnlyList<PlannedStep> absent, CutoverPolicy policy) =>
        [.. absent.Where(step => !policy.ToleratedLeftOut.Contains(step.Id))];
}
