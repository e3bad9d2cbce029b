using System.Text.Json.Nodes;

namespace FreshTrack.Cutover.Journal;

public enum JournalEvent
{
    RunStarted,

    /// <summary>Another process continues the run.</summary>
    RunResumed,
    PhaseStarted,
    StepStarted,
    StepEnded,

    /// <summary>A step that passed in an earlier process; its results were restored from its output.</summary>
    StepRestored,
    PhaseEnded,
    RunEnded,
}

/// <summary>One line of <c>journal.jsonl</c>.</summary>
/// <param name="Sequence">Counts from 1 without a gap.</param>
/// <param name="Previous">Lower-case hex SHA-256 of the line before, without its line feed; 64 zeros in the
/// first.</param>
/// <param name="Subject">The run's id, the phase's number or the step's id.</param>
/// <param name="Outcome">Verdict of a step or run that ended; the hash of the plan where a run starts.</param>
/// <param name="Output">What a step left for a resumed run.</param>
public sealed record JournalEntry(
    long Sequence,
    string Previous,
    DateTimeOffset At,
    JournalEvent Event,
    string Subject,
    string? Outcome = null,
    string? Detail = null,
    JsonNode? Output = null
);
