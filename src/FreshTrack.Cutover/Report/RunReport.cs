using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
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

    /// <summary>What a passing run allows: the commit that it ran, whichever is checked out where it is
    /// judged.</summary>
    public string Allowed =>
        Evidence.Run switch
        {
            { CleanTree: false } =>
                "It passed with changes that no commit holds. Commit them and rehearse again to cut over.",
            { Scale: not (null or "production" or "stress") and var scale } =>
                $"It passed at scale {scale}. Rehearse at scale production to cut over.",
            { Commit: var commit } =>
                $"Commit {commit[..Math.Min(12, commit.Length)]}, its images and its plan may cut over.",
        };

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
