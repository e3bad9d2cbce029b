using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Runbook;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Reporting;

/// <summary>All that a reader of a finished run wants to know, whatever it is shown on.</summary>
/// <param name="Folder">Where the evidence lies.</param>
public sealed record RunReport(RunDescription Run, Timeline Timeline, GateResult Gate, LoadResult? Load, string Folder)
{
    /// <summary>The criteria that decided the verdict, worst first; empty when all passed.</summary>
    public IReadOnlyList<Criterion> Reasons { get; } =
    [
        .. Gate.Criteria.Where(criterion => criterion.Verdict is Verdict.Fail),
        .. Gate.Criteria.Where(criterion => criterion.Verdict is Verdict.Inconclusive),
        .. Gate.Criteria.Where(criterion => criterion.Verdict is Verdict.Warn),
    ];
}
