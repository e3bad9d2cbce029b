using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbooks;

namespace FreshTrack.Cutover.Rehearsals;

/// <summary>What would run now, to be compared with what was rehearsed.</summary>
/// <param name="PlanHash">SHA-256 of the plan file.</param>
/// <param name="Images">Image name → identity, of those that would be deployed.</param>
/// <param name="Runbook">The steps that would be taken.</param>
/// <param name="Now">When the cutover starts.</param>
public sealed record PlannedCutover(
    EnvironmentKind Kind,
    SourceTree Tree,
    string PlanHash,
    IReadOnlyDictionary<string, string> Images,
    PlannedRunbook Runbook,
    DateTimeOffset Now
);
