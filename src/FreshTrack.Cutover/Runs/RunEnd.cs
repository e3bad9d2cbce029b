using System.Runtime.ExceptionServices;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Runs;

/// <summary>How far the steps of one process came.</summary>
/// <param name="Timeline">Of the run's steps, those of earlier processes included.</param>
/// <param name="Verdict">The worst verdict of this process's steps; Inconclusive when one of them was not
/// reached.</param>
/// <param name="Failure">What a step threw; null when each came to a verdict.</param>
public sealed record RunEnd(Timeline Timeline, Verdict Verdict, ExceptionDispatchInfo? Failure)
{
    /// <summary>A person wants what was done to be taken back.</summary>
    public bool IsToUndo { get; init; }

    /// <summary>Why the run did not reach its end; null when it did.</summary>
    public string? Reason =>
        Failure is { SourceException: var e } ? RunbookEngine.Reason(e)
        : Timeline.Stopped is { } step ? $"{step.Title}: {step.Summary}"
        : null;
}
