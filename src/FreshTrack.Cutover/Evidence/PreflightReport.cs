using FreshTrack.Plan;

namespace FreshTrack.Cutover.Evidence;

/// <summary>What preflight found: the content of <c>preflight.json</c>.</summary>
public sealed record PreflightReport(Verdict Verdict, IReadOnlyList<Finding> Findings);
