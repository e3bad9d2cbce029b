namespace FreshTrack.Cutover.Journal;

public enum JournalEvent
{
    RunStarted,
    StepStarted,
    StepEnded,
    RunEnded,
}

/// <summary>One line of <c>journal.jsonl</c>.</summary>
/// <param name="Sequence">Counts from 1 without a gap.</param>
public sealed record JournalEntry(
    long Sequence,
    DateTimeOffset At,
    JournalEvent Event,
    string Step,
    string? Outcome = null,
    string? Detail = null
);
