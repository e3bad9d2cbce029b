namespace FreshTrack.Cutover.Runbooks;

/// <summary>A phase of a runbook, with its planned window counted from T-0, and what it does, in order.</summary>
public sealed record Phase(
    int Number,
    string Name,
    TimeSpan PlannedStart,
    TimeSpan PlannedEnd,
    IReadOnlyList<Step> Steps
);
