using System.Runtime.ExceptionServices;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Runs;

/// <summary>How far the steps of one process came.</summary>
/// <param name="Planned">The steps that it was to take.</param>
/// <param name="Failure">What a step threw; null when each came to a verdict.</param>
public sealed record RunEnd(Timeline Timeline, PlannedRunbook Planned, ExceptionDispatchInfo? Failure)
{
    /// <summary>The worst verdict of all steps; Inconclusive when one of them was not reached.</summary>
    public Verdict Verdict
    {
        get
        {
            var steps = Timeline.Phases.SelectMany(phase => phase.Steps).ToList();
            var missing = Planned
                .Phases.SelectMany(phase => phase.Steps)
                .Any(step => steps.TrueForAll(taken => taken.Id != step.Id));
            return steps
                .Select(step => step.Verdict)
                .Append(missing || Failure is not null ? Verdict.Inconclusive : Verdict.Pass)
                .Worst();
        }
    }

    /// <summary>Why the run did not reach its end; null when it did.</summary>
    public string? Reason =>
        Failure is { SourceException: var e } ? RunbookEngine.Reason(e)
        : Timeline.Stopped is { } step ? $"{step.Title}: {step.Summary}"
        : null;
}
