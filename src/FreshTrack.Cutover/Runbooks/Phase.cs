namespace FreshTrack.Cutover.Runbooks;

/// <summary>A phase of a runbook, with its planned window counted from T-0, and what it does, in order.</summary>
public sealed record Phase(
    int Number,
    string Name,
    TimeSpan PlannedStart,
    TimeSpan PlannedEnd,
    IReadOnlyList<Step> Steps
)
{
    /// <summary>What the release manager confirms before it begins; null when it follows by itself. A rehearsal asks
    /// no one.</summary>
    public string? Confirmation { get; init; }
}
