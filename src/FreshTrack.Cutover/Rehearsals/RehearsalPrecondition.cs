using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;

namespace FreshTrack.Cutover.Rehearsals;

/// <summary>The gate before a cutover: a passing, fresh rehearsal of what would run now. It knows no clock and no
/// server; its caller does.</summary>
public static class RehearsalPrecondition
{
    /// <param name="overriding">Why the rehearsal's age does not matter; null or blank where nobody said so.</param>
    public static PreconditionResult Judge(
        FoundRehearsal found,
        PlannedCutover cutover,
        Policy policy,
        string? overriding
    )
    {
        if (found is not { Evidence: { } evidence })
        {
            return new PreconditionResult(null, [found.Refusal!], []);
        }

        var passing = new PassingRehearsal(evidence, Gate.Judge(evidence, policy), policy.Cutover);
        IReadOnlyList<Refusal> reasons =
        [
            .. passing.Refusals,
            .. Age(evidence, cutover, policy.Cutover),
            .. Commit(evidence, cutover),
            .. Images(evidence, cutover),
            .. Plan(evidence, cutover),
            .. Runbook(evidence, cutover),
        ];
        IReadOnlyList<Refusal> small = [.. passing.AcceptedByStage, .. Changes(cutover)];
        var isStage = cutover.Kind == EnvironmentKind.Stage;
        var isOverridden = !string.IsNullOrWhiteSpace(overriding);
        return new PreconditionResult(
            evidence.Folder,
            [.. reasons.Where(reason => !(reason.IsAge && isOverridden)), .. isStage ? [] : small],
            [
                .. (isStage ? small : []).Select(reason => $"{reason.What}: {reason.Value}, accepted on a stage"),
                .. (isOverridden ? reasons : [])
                    .Where(reason => reason.IsAge)
                    .Select(reason => $"{reason.What}: {reason.Value}, overridden: {overriding!.Trim()}"),
            ]
        );
    }

    private static IEnumerable<Refusal> Age(RunEvidence evidence, PlannedCutover cutover, CutoverPolicy policy)
    {
        if (policy.RehearsalMaxAge is not { } limit)
        {
            yield return new Refusal(
                "policy",
                "no cutover.rehearsal_max_age",
                "how old a rehearsal may be, such as 24:00:00",
                "Add it to the policy."
            );
        }
        else if (evidence.Run.EndedAt is { } end && cutover.Now - end > limit)
        {
            yield return new Refusal(
                "age",
                $"ended {Format.Duration((cutover.Now - end).TotalSeconds)} ago, at {Format.Time(end)}",
                $"at most {Format.Duration(limit.TotalSeconds)}",
                "Rehearse again, or give --override with the reason."
            )
            {
                IsAge = true,
            };
        }

        if (evidence.IsAfter(cutover.Now))
        {
            yield return new Refusal(
                "clock",
                $"the rehearsal is dated after {Format.Time(cutover.Now)}",
                "a rehearsal of the past",
                "Set this machine's clock."
            );
        }
    }

    private static IEnumerable<Refusal> Commit(RunEvidence evidence, PlannedCutover cutover) =>
        evidence.Run.Commit == cutover.Tree.Commit
            ? []
            :
            [
                new Refusal(
                    "commit",
                    $"rehearsed {evidence.Run.Commit}",
                    $"{cutover.Tree.Commit}, which would cut over",
                    "Check out what was rehearsed, or rehearse what is checked out."
                ),
            ];

    private static IEnumerable<Refusal> Changes(PlannedCutover cutover) =>
        cutover.Tree.Clean
            ? []
            :
            [
                new Refusal(
                    "changes",
                    "the checkout has changes that no commit holds",
                    "a clean tree",
                    "Commit them and rehearse, or take them back."
                ),
            ];

    private static IEnumerable<Refusal> Images(RunEvidence evidence, PlannedCutover cutover)
    {
        var others = cutover
            .Images.Where(image => evidence.Run.Images.GetValueOrDefault(image.Key) != image.Value)
            .OrderBy(image => image.Key)
            .Select(image =>
                $"{image.Key} {Short(image.Value)} "
                + (
                    evidence.Run.Images.GetValueOrDefault(image.Key) is { } rehearsed
                        ? $"instead of {Short(rehearsed)}"
                        : "was not rehearsed"
                )
            )
            .ToList();
        return others.Count == 0 && cutover.Images.Count > 0
            ? []
            :
            [
                new Refusal(
                    "images",
                    others.Count == 0 ? "none are known" : string.Join(", ", others),
                    "the images that were rehearsed",
                    "Run ./build.sh BuildImages on the rehearsed commit, or rehearse these images."
                ),
            ];
    }

    private static IEnumerable<Refusal> Plan(RunEvidence evidence, PlannedCutover cutover) =>
        evidence.Run.PlanHash == cutover.PlanHash
            ? []
            :
            [
                new Refusal(
                    "plan",
                    $"rehearsed {Short(evidence.Run.PlanHash)}",
                    $"{Short(cutover.PlanHash)}, by SHA-256",
                    "Give the rehearsed plan with --plan, or rehearse this one."
                ),
            ];

    private static IEnumerable<Refusal> Runbook(RunEvidence evidence, PlannedCutover cutover)
    {
        var changes = evidence.Runbook is { } rehearsed ? RunbookChange.Between(rehearsed, cutover.Runbook) : [];
        return changes.Count == 0
            ? []
            :
            [
                new Refusal(
                    "steps",
                    string.Join(", ", changes),
                    "the steps that were rehearsed, in their order",
                    "Rehearse this runbook."
                ),
            ];
    }

    private static string Short(string hash) => hash.Length > 12 ? $"{hash[..12]}…" : hash;
}
