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

    /// <summary>A step that was passed over: nothing does it yet, or a person said why it is not needed.</summary>
    StepSkipped,

    /// <summary>A person has a step that did not pass run once more.</summary>
    StepRetried,
    PhaseEnded,

    /// <summary>A person is asked before a step; the detail is the question.</summary>
    ConfirmationAsked,

    /// <summary>The output names who runs the procedure and who approved.</summary>
    ConfirmationGiven,

    /// <summary>A person answered a step that did not pass, or a phase that is late; the outcome is the
    /// answer.</summary>
    Answered,

    /// <summary>A rule of age was set aside, with a reason.</summary>
    Overridden,

    /// <summary>Something that a person wants to be remembered.</summary>
    Noted,

    /// <summary>How long each phase is expected to take.</summary>
    Forecast,

    /// <summary>The run was taken back or returned from by another run, the subject.</summary>
    Followed,
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
