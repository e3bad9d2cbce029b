using FreshTrack.Cutover.Runbook;

namespace FreshTrack.Cutover.Evidence;

/// <summary>The steps that a run set out to do: the content of <c>runbook.json</c>. A run is judged by its own, so that
/// a stored run keeps its verdict when steps are added.</summary>
/// <param name="Name">What was run: <c>rehearsal</c>.</param>
public sealed record PlannedRunbook(string Name, IReadOnlyList<PlannedPhase> Phases)
{
    public static PlannedRunbook Of(string name, IReadOnlyList<Phase> phases) =>
        new(
            name,
            [
                .. phases.Select(phase => new PlannedPhase(
                    phase.Number,
                    phase.Name,
                    phase.PlannedStart.TotalSeconds,
                    phase.PlannedEnd.TotalSeconds,
                    [.. phase.Steps.Select(step => new PlannedStep(step.Id, step.Title))]
                )),
            ]
        );
}

/// <summary>A phase and its window, in seconds from T-0.</summary>
public sealed record PlannedPhase(
    int Number,
    string Name,
    double PlannedStart,
    double PlannedEnd,
    IReadOnlyList<PlannedStep> Steps
);

/// <param name="Id">Stable name in journal and timeline: <c>freeze.prove</c>.</param>
public sealed record PlannedStep(string Id, string Title);
