using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.Cutover.Gating;

/// <summary>Evidence and policy in, verdict out: a pure function. The same evidence and policy give the same
/// <c>gate.json</c>, byte for byte, anywhere and later. What the evidence does not show has not passed.</summary>
public static class Gate
{
    /// <returns>The worst verdict of all criteria, and the criteria in a fixed order.</returns>
    public static GateResult Judge(RunEvidence evidence, Policy policy)
    {
        var checks = evidence.Verification?.Checks ?? [];
        return Worst([
            TableCriteria.Judge(CheckNames.Counts, evidence.Plan, checks),
            TableCriteria.Judge(CheckNames.Contents, evidence.Plan, checks),
            .. IntegrityCriteria.Judge(checks, policy.Integrity),
            .. LatencyCriteria.Judge(evidence.Load, policy.Latency),
            .. BaselineCriteria.Judge(evidence.Load, evidence.Baselines, policy),
            RunbookCriterion.Judge(evidence),
            TimesCriterion.Judge(evidence),
            Images(evidence.Run),
            Injected(evidence.Run),
        ]) with
        {
            Seal = evidence.SealHash,
            Policy = policy.Hash,
        };
    }

    /// <summary>A load run by itself, against the same limits: what a load test without a rehearsal goes by.</summary>
    public static GateResult JudgeLoad(LoadResult load, IReadOnlyList<LatencyLimit> limits) =>
        Worst([.. LatencyCriteria.Judge(load, limits)]);

    private static GateResult Worst(IReadOnlyList<Criterion> criteria) =>
        new(criteria.Select(criterion => criterion.Verdict).Worst(), criteria);

    private static Criterion Images(RunDescription run)
    {
        const string Name = "images";
        const string Wanted = "no stand-ins";
        var all = run.StandIns.Select(image => $"{image.Image} for {image.InsteadOf}").Order().ToList();
        var line =
            all.Count == 0
                ? new Criterion(Name, Wanted, "none", Verdict.Pass, "Every image is the one that production runs.")
                : new Criterion(
                    Name,
                    Wanted,
                    Format.List(all),
                    Verdict.Warn,
                    $"Not the images of production: {Format.List(all)}."
                );
        return line with
        {
            Derivation = new Derivation(
                "run.json standIns",
                "Pass without stand-ins, Warn with",
                [$"stand-ins: {Format.Count(all.Count)}"]
            ),
        };
    }

    /// <summary>A run that something was broken in on purpose tests this suite; what it says of the cutover is worth
    /// nothing.</summary>
    private static Criterion Injected(RunDescription run)
    {
        const string Name = "injected";
        const string Wanted = "nothing";
        var line = run.Inject is not { } fault
            ? new Criterion(Name, Wanted, "nothing", Verdict.Pass, "Nothing was broken on purpose.")
            : new Criterion(
                Name,
                Wanted,
                fault,
                Verdict.Inconclusive,
                $"{fault} was injected: the run tests the suite and proves nothing for a cutover; rehearse "
                    + "without --inject."
            );
        return line with
        {
            Derivation = new Derivation(
                "run.json inject",
                "Pass when nothing was injected, else Inconclusive",
                [$"injected: {line.Measured}"]
            ),
        };
    }
}
