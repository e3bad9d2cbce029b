using FreshTrack.Cutover.Runbooks;

namespace FreshTrack.Cutover.Decisions;

/// <summary>A phase that has not ended and is over its window.</summary>
/// <param name="Late">Since the window's end.</param>
/// <param name="CanUndo">Traffic has not moved, so the procedure can be taken back.</param>
public sealed record LatePhase(Phase Phase, TimeSpan Late, bool CanUndo)
{
    /// <summary>Share of the window that it is late by: a phase of 10 minutes that is 5 minutes late has 0.5.</summary>
    public double Share => Late / (Phase.PlannedEnd - Phase.PlannedStart);
}
