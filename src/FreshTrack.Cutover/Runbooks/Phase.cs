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
    /// <summary>The first step that a person confirms, and so when the phase waits; null when it follows by
    /// itself.</summary>
    public string? Confirmation => Steps.Select(step => step.Confirmation).FirstOrDefault(text => text is not null);
}
