using FreshTrack.Cutover.Decisions;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Reporting;
using FreshTrack.Cutover.Runbooks;

namespace FreshTrack.Cutover.Runs;

/// <summary>What happens in a run, for whoever watches: the console, the live board, the logs, a test.</summary>
public abstract record RunEvent;

/// <summary>The steps are about to begin.</summary>
public sealed record RunStarted(RunContext Run, Runbook Runbook) : RunEvent
{
    /// <summary>What earlier processes of the run left; nothing where this one is the first.</summary>
    public IReadOnlyList<JournalEntry> Journal { get; init; } = [];
}

public sealed record PhaseStarted(Phase Phase) : RunEvent;

public sealed record StepStarted(Step Step) : RunEvent;

/// <summary>Comes often while a step works.</summary>
public sealed record StepProgressed(Step Step, StepProgress Progress) : RunEvent;

public sealed record StepEnded(Step Step, StepTiming Timing) : RunEvent;

/// <summary>A step that has passed in an earlier process of this run; its results are restored.</summary>
public sealed record StepRestored(Step Step, string Summary) : RunEvent;

/// <summary>A person is waited for.</summary>
public sealed record ConfirmationAsked(Phase Phase, Step Step, string Question) : RunEvent;

public sealed record ConfirmationGiven(Phase Phase, Step Step, Approval Approval) : RunEvent;

public sealed record PhaseEnded(Phase Phase, PhaseTiming Timing) : RunEvent;

/// <summary>Work that is not a step of the runbook: building images, filling fixtures, taking pictures.</summary>
public sealed record WorkStarted(string Title) : RunEvent;

public sealed record WorkProgressed(string Title, string Text) : RunEvent;

public sealed record WorkEnded(string Title, StepResult Result, TimeSpan Elapsed) : RunEvent
{
    /// <summary>It ended with an exception, and the run with it.</summary>
    public bool Failed { get; init; }
}

/// <summary>Something worth a line of its own.</summary>
public sealed record Noted(string Text) : RunEvent;

/// <summary>The gate has judged the sealed run.</summary>
public sealed record RunJudged(RunReport Report) : RunEvent;
