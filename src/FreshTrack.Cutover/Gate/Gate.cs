using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Steps;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.Cutover.Gating;

/// <summary>Evidence and policy in, verdict out: a pure function. The same evidence and policy give the same
/// <c>gate.json</c>, byte for byte, anywhere and later. What the evidence does not show has not passed.</summary>
public static class Gate
{
    private static readonly string[] WaysBack = ["rollback.", "undo.", "return."];

    /// <returns>The worst verdict of all criteria, and the criteria in a fixed order.</returns>
    public static GateResult Judge(RunEvidence evidence, Policy policy)
    {
        var (cutover, canary) = (policy.Cutover, Planned(evidence, "canary."));
        return Worst([
            .. Data(evidence.Plan, evidence.Verification, policy),
            .. Where(
                evidence.Declarations is not null || Planned(evidence, DeclarationSteps.Ids).Count > 0,
                () => DeclarationCriterion.Judge(evidence.Declarations)
            ),
            .. LatencyCriteria.Judge(evidence.Load, policy.Latency),
            .. BaselineCriteria.Judge(evidence.Load, evidence.Baselines, policy),
            RunbookCriterion.Judge(evidence, cutover),
            .. Where(
                PreflightCriterion.Applies(evidence, cutover),
                () => PreflightCriterion.Judge([evidence.Preflight!, evidence.Reverse], cutover)
            ),
            .. Where(canary.Count > 0, () => CanaryCriterion.Judge(canary, evidence.Timeline)),
            .. Where(
                evidence.Rollback is not null || Planned(evidence, WaysBack).Count > 0,
                () => RollbackCriterion.Judge(evidence.Rollback)
            ),
            .. Where(evidence.LeftOut.Count > 0, () => LeftOutCriterion.Judge(evidence.LeftOut, cutover)),
            TimesCriterion.Judge(evidence),
            Images(evidence.Run),
            Injected(evidence.Run),
        ]) with
        {
            Seal = evidence.SealHash,
            Policy = policy.Hash,
        };
    }

    /// <summary>Inside a cutover, before anything is deployed on the data: this run's counts, contents, integrity and
    /// declarations. There is no load yet, and no end.</summary>
    /// <param name="verification">Null where source and target were not compared.</param>
    /// <param name="declarations">Null where they were not read.</param>
    public static GateResult JudgeData(
        MigrationPlan plan,
        VerificationResult? verification,
        DeclarationReport? declarations,
        Policy policy
    ) =>
        Worst([.. Data(plan, verification, policy), DeclarationCriterion.Judge(declarations)]) with
        {
            Policy = policy.Hash,
        };

    /// <summary>A load run by itself, against the same limits: what a load test without a rehearsal goes by.</summary>
    public static GateResult JudgeLoad(LoadResult load, IReadOnlyList<LatencyLimit> limits) =>
        Worst([.. LatencyCriteria.Judge(load, limits)]);

    /// <summary>In which scenarios a load is slower than the earlier runs, each as the gate would say it; empty for
    /// none, and where there are too few earlier runs.</summary>
    public static IReadOnlyList<string> SlowerThanBefore(LoadResult load, Baselines baselines, Policy policy) =>
        [
            .. BaselineCriteria
                .Judge(load, baselines, policy)
                .Where(criterion => criterion.Verdict == Verdict.Fail)
                .Select(criterion => criterion.Reason),
        ];

    private static IEnumerable<Criterion> Data(MigrationPlan plan, VerificationResult? verification, Policy policy)
    {
        var checks = verification?.Checks ?? [];
        return
        [
            TableCriteria.Judge(CheckNames.Counts, plan, checks),
            TableCriteria.Judge(CheckNames.Contents, plan, checks),
            .. IntegrityCriteria.Judge(checks, policy.Integrity),
        ];
    }

    /// <summary>The steps that the run's own runbook plans under these ids, absent ones left out: a line is about what
    /// was to be done.</summary>
    private static List<PlannedStep> Planned(RunEvidence evidence, params IReadOnlyList<string> ids) =>
        [.. evidence.PlannedSteps.Where(step => step.Absent is null && ids.Any(step.Id.StartsWith))];

    private static IEnumerable<Criterion> Where(bool applies, Func<Criterion> judge) => applies ? [judge()] : [];

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
