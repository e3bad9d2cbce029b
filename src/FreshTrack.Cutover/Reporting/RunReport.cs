using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.Cutover.Reporting;

/// <summary>All that a reader of a finished run wants to know, whatever it is shown on.</summary>
/// <param name="Folder">Where the evidence lies.</param>
public sealed record RunReport(RunDescription Run, Timeline Timeline, GateResult Gate, LoadResult? Load, string Folder)
{
    public required Policy Policy { get; init; }

    public required MigrationPlan Plan { get; init; }

    /// <summary>Null where preflight, the export or the verification was not reached.</summary>
    public PreflightReport? Preflight { get; init; }

    public Manifest? Manifest { get; init; }

    public VerificationResult? Verification { get; init; }

    /// <summary>The criteria that did not pass, worst first; those that are open for one and the same reason are one.
    /// Empty when all passed.</summary>
    public IReadOnlyList<Criterion> Reasons =>
        [
            .. Gate.Criteria.Where(criterion => criterion.Verdict is Verdict.Fail),
            .. Gate
                .Criteria.Where(criterion => criterion.Verdict is Verdict.Inconclusive)
                .GroupBy(criterion => criterion.Doubt ?? criterion.Name)
                .Select(Together),
            .. Gate.Criteria.Where(criterion => criterion.Verdict is Verdict.Warn),
        ];

    /// <summary>What a passing run allows: the commit that it ran, whichever is checked out where it is
    /// judged.</summary>
    public string Allowed =>
        Run switch
        {
            { CleanTree: false } =>
                "It passed with changes that no commit holds. Commit them and rehearse again to cut over.",
            { Scale: not (null or "production" or "stress") } =>
                $"It passed at scale {Run.Scale}. Rehearse at scale production to cut over.",
            _ => $"Commit {Run.Commit[..Math.Min(12, Run.Commit.Length)]}, its images and its plan may cut over.",
        };

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
