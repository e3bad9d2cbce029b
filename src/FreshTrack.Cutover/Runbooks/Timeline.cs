using FreshTrack.Cutover.Journal;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Runbooks;

/// <summary>Planned against actual time: the content of <c>timeline.json</c>. Actual times count from the run's own
/// T-0, in seconds.</summary>
/// <param name="StartedAt">T-0: when the first phase began, in whichever process.</param>
public sealed record Timeline(DateTimeOffset StartedAt, IReadOnlyList<PhaseTiming> Phases)
{
    /// <summary>The step that ended the run, and why; null when the last step was reached and passed.</summary>
    public StepTiming? Stopped =>
        Phases
            .SelectMany(phase => phase.Steps)
            .FirstOrDefault(step => step.Verdict is Verdict.Fail or Verdict.Inconclusive);

    /// <summary>What the journal says of the planned steps. A step that was run more than once counts as it went
    /// last.</summary>
    public static Timeline Of(PlannedRunbook runbook, IReadOnlyList<JournalEntry> journal)
    {
        return ZeroOf(runbook, journal) is { } start
            ? new Timeline(
                start,
                [.. runbook.Phases.Select(phase => Timing(phase, start, journal)).OfType<PhaseTiming>()]
            )
            : new Timeline(journal.Count == 0 ? default : journal[0].At, []);
    }

    /// <returns>T-0: when the first phase began that is planned for it or later, in whichever process; null before
    /// it.</returns>
    internal static DateTimeOffset? ZeroOf(PlannedRunbook runbook, IReadOnlyList<JournalEntry> journal)
    {
        var before = runbook
            .Phases.Where(phase => phase.PlannedStart < 0)
            .Select(phase => $"{phase.Number}")
            .ToHashSet();
        var started = journal.Where(entry => entry.Event == JournalEvent.PhaseStarted).ToList();
        return (started.FirstOrDefault(entry => !before.Contains(entry.Subject)) ?? started.FirstOrDefault())?.At;
    }

    private static PhaseTiming? Timing(PlannedPhase phase, DateTimeOffset zero, IReadOnlyList<JournalEntry> journal)
    {
        var number = $"{phase.Number}";
        var started = journal.FirstOrDefault(entry => Is(entry, JournalEvent.PhaseStarted, number));
        if (started is null)
        {
            return null;
        }

        // The process that goes on with a phase has not ended it when an earlier one has.
        var last = journal.Last(entry =>
            entry.Event is JournalEvent.PhaseStarted or JournalEvent.PhaseEnded && entry.Subject == number
        );
        var ended = last.Event == JournalEvent.PhaseEnded ? last : journal[^1];
        return new PhaseTiming(
            phase.Number,
            phase.Name,
            phase.PlannedStart,
            phase.PlannedEnd,
            Seconds(zero, started.At),
            Seconds(zero, ended.At),
            [.. phase.Steps.Select(step => Timing(step, zero, journal)).OfType<StepTiming>()]
        );
    }

    private static StepTiming? Timing(PlannedStep step, DateTimeOffset zero, IReadOnlyList<JournalEntry> journal)
    {
        var begun = journal.LastOrDefault(entry => Is(entry, JournalEvent.StepStarted, step.Id));
        var ended = journal.LastOrDefault(entry =>
            entry.Sequence > (begun?.Sequence ?? 0)
            && (Is(entry, JournalEvent.StepEnded, step.Id) || Is(entry, JournalEvent.StepSkipped, step.Id))
        );
        // A step that was refused before it began has an end alone.
        if ((begun ?? ended) is not { } started)
        {
            return null;
        }

        return ended is null
            ? new StepTiming(
                step.Id,
                step.Title,
                Seconds(zero, started.At),
                Seconds(zero, journal[^1].At),
                Verdict.Inconclusive,
                "it began and has not ended"
            )
            : new StepTiming(
                step.Id,
                step.Title,
                Seconds(zero, started.At),
                Seconds(zero, ended.At),
                Enum.TryParse<Verdict>(ended.Outcome, out var verdict) ? verdict : Verdict.Inconclusive,
                ended.Detail ?? ""
            );
    }

    private static bool Is(JournalEntry entry, JournalEvent what, string subject) =>
        entry.Event == what && entry.Subject == subject;

    private static double Seconds(DateTimeOffset zero, DateTimeOffset at) => Math.Round((at - zero).TotalSeconds, 3);
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
