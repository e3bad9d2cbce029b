using FreshTrack.Cutover.Reporting.Markup;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Reporting.Sections;

/// <summary>A phase as it is drawn: planned, under way or over. Times are seconds from T-0.</summary>
/// <param name="ActualStart">Null while it has not begun.</param>
/// <param name="ActualEnd">For a phase under way, now.</param>
/// <param name="State">A class of the style sheet: <c>pass</c>, <c>warn</c>, <c>fail</c>, <c>open</c> or
/// <c>running</c>.</param>
internal sealed record PhaseBar(
    int Number,
    string Name,
    double PlannedStart,
    double PlannedEnd,
    double? ActualStart,
    double? ActualEnd,
    string State,
    IReadOnlyList<StepTiming> Steps
)
{
    public double? ActualSeconds => ActualEnd - ActualStart;

    public static PhaseBar Ended(PhaseTiming phase) =>
        new(
            phase.Number,
            phase.Name,
            phase.PlannedStart,
            phase.PlannedEnd,
            phase.ActualStart,
            phase.ActualEnd,
            VerdictStyle.Class(phase.Steps.Select(step => step.Verdict).Worst()),
            phase.Steps
        );
}
