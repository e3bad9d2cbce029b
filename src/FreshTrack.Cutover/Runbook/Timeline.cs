using FreshTrack.Plan;

namespace FreshTrack.Cutover.Runbook;

/// <summary>Planned against actual time: the content of <c>timeline.json</c>. Actual times count from the run's own
/// T-0, in seconds.</summary>
public sealed record Timeline(DateTimeOffset StartedAt, IReadOnlyList<PhaseTiming> Phases)
{
    /// <summary>The step that ended the run, and why; null when the last step was reached and passed.</summary>
    public StepTiming? Stopped =>
        Phases
            .SelectMany(phase => phase.Steps)
            .FirstOrDefault(step => step.Verdict is Verdict.Fail or Verdict.Inconclusive);
}

public sealed record PhaseTiming(
    int Number,
    string Name,
    double PlannedStart,
    double PlannedEnd,
    double ActualStart,
    double ActualEnd,
    IReadOnlyList<StepTiming> Steps
)
{
    public double PlannedSeconds => PlannedEnd - PlannedStart;

    public double ActualSeconds => ActualEnd - ActualStart;
}

public sealed record StepTiming(string Id, string Title, double Start, double End, Verdict Verdict, string Summary);
