using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Rehearsals;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Reporting;

/// <summary>A judged run: its evidence, and what the gate made of it by which policy.</summary>
public sealed record RunReport(RunEvidence Evidence, GateResult Gate, Policy Policy)
{
    /// <summary>The criteria that did not pass, worst first; the step that ended the run before those that it kept from
    /// an answer. Criteria that are open for one and the same reason are one. Empty when all passed.</summary>
    public IReadOnlyList<Criterion> Reasons =>
        [
            .. Of(Verdict.Fail),
            .. Of(Verdict.Inconclusive).GroupBy(criterion => criterion.Doubt ?? criterion.Name).Select(Together),
            .. Of(Verdict.Warn),
        ];

    /// <summary>What a passing run allows: the commit that it ran, whichever is checked out where it is judged; or the
    /// first reason why it allows nothing.</summary>
    public string Allowed
    {
        get
        {
            var reasons = new PassingRehearsal(Evidence, Gate, Policy.Cutover).For(EnvironmentKind.Production);
            var commit = Evidence.Run.Commit;
            var others = Format.List([.. reasons.Skip(1).Select(reason => reason.What)]);
            return reasons.Count == 0
                ? $"Commit {commit[..Math.Min(12, commit.Length)]}, its images, its plan and its runbook may cut over."
                : $"It passed and may not cut over: {reasons[0]}{(others.Length == 0 ? "" : $" Also: {others}.")}";
        }
    }

    private bool EndedByStep => Evidence.Timeline?.Stopped is { } step && !RunbookCriterion.HasCriteria(step, Evidence);

    private IEnumerable<Criterion> Of(Verdict verdict) =>
        Gate
            .Criteria.Where(criterion => criterion.Verdict == verdict)
            .OrderByDescending(criterion => EndedByStep && criterion.Name == RunbookCriterion.Name);

    private static Criterion Together(IGrouping<string, Criterion> open) =>
        open.ToList() is [var first, _, ..] several
            ? new Criterion(
                Names(several),
                "trustworthy figures",
                "none",
                first.Verdict,
                $"{Names(several)} are not known: {open.Key}."
            )
            : open.First();

    /// <summary><c>ttn_ingestion p95, p99; readings_24h p95</c>: the scenario is named once.</summary>
    private static string Names(IEnumerable<Criterion> criteria) =>
        string.Join(
            "; ",
            criteria
                .Select(criterion => criterion.Name.Split(' ', 2))
                .GroupBy(name => name[0], name => name[^1])
                .Select(scenario => $"{scenario.Key} {string.Join(", ", scenario)}")
        );
}
