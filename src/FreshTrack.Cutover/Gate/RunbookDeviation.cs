using FreshTrack.Cutover.Runbooks;

namespace FreshTrack.Cutover.Gating;

/// <summary>The first place in which a timeline is not what its runbook planned.</summary>
internal static class RunbookDeviation
{
    /// <returns>The deviation, as <c>deploy.api was not reached</c>; null when every planned step was reached, in its
    /// phase, in its order and once, and nothing else.</returns>
    public static string? Of(PlannedRunbook runbook, Timeline timeline)
    {
        List<string> reached = [.. timeline.Phases.SelectMany(phase => phase.Steps).Select(step => step.Id)];
        var phases = Due(runbook, timeline, reached);
        List<string> planned = [.. phases.SelectMany(phase => phase.Steps).Select(step => step.Id)];
        return Repeated(planned) is { } twice ? $"runbook.json plans {twice} more than once"
            : Repeated(reached) is { } again ? $"{again} is recorded more than once"
            : reached.Except(planned).ToList() is { Count: > 0 } unplanned
                ? $"{Format.List(unplanned)} {Was(unplanned)} not planned by the run's runbook.json"
            : planned.Except(reached).ToList() is { Count: > 0 } missing
                ? $"{Format.List(missing)} {Was(missing)} not reached"
            : OutOfOrder(planned, reached) ?? OtherPhase(phases, timeline.Phases);
    }

    /// <summary>An absent step need not be recorded, nor a phase that has no other.</summary>
    private static List<PlannedPhase> Due(PlannedRunbook runbook, Timeline timeline, List<string> reached)
    {
        var begun = timeline.Phases.Select(phase => phase.Number).ToHashSet();
        return
        [
            .. runbook
                .Phases.Where(phase =>
                    begun.Contains(phase.Number)
                    || phase.Steps.Count == 0
                    || phase.Steps.Any(step => step.Absent is null)
                )
                .Select(phase =>
                    phase with
                    {
                        Steps = [.. phase.Steps.Where(step => step.Absent is null || reached.Contains(step.Id))],
                    }
                ),
        ];
    }

    private static string? Repeated(List<string> ids) =>
        ids.CountBy(id => id).Where(id => id.Value > 1).Select(id => id.Key).FirstOrDefault();

    private static string? OutOfOrder(List<string> planned, List<string> reached) =>
        planned
            .Zip(reached)
            .Where(pair => pair.First != pair.Second)
            .Select(pair => $"{pair.Second} was run before {pair.First}, which is planned first")
            .FirstOrDefault();

    private static string? OtherPhase(List<PlannedPhase> planned, IReadOnlyList<PhaseTiming> reached) =>
        planned.Count != reached.Count
            ? $"{Format.Count(reached.Count)} phases are recorded, {Format.Count(planned.Count)} are planned"
            : planned
                .Zip(reached)
                .Where(pair => !IsOf(pair.First, pair.Second))
                .Select(pair =>
                    $"phase {pair.Second.Number}, {pair.Second.Name}, is not as planned by the run's runbook.json"
                )
                .FirstOrDefault();

    private static bool IsOf(PlannedPhase planned, PhaseTiming reached) =>
        (planned.Number, planned.Name) == (reached.Number, reached.Name)
        && planned.PlannedStart == reached.PlannedStart
        && planned.PlannedEnd == reached.PlannedEnd
        && planned.Steps.Select(step => step.Id).SequenceEqual(reached.Steps.Select(step => step.Id));

    private static string Was(List<string> ids) => ids.Count == 1 ? "was" : "were";
}
