using System.Text.Json.Nodes;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.States;

namespace FreshTrack.Cutover.Runbooks;

/// <summary>What a step does: its action, its verification or its undo.</summary>
public delegate Task<StepResult> StepAction(
    RunContext run,
    IProgress<StepProgress> progress,
    CancellationToken cancellationToken
);

/// <summary>One step of a runbook. A step that does not pass ends the run, unless a person answers otherwise, so no
/// later step sees a half-done earlier one. Every step may be run again.</summary>
/// <param name="Id">Stable name in journal and timeline: <c>freeze.prove</c>.</param>
public sealed record Step(string Id, string Title, StepAction RunAsync)
{
    /// <summary>Restores what later steps need from the output that this step left in the journal when it passed, in
    /// place of running it again; null for a step that a resumed run repeats.</summary>
    public Func<RunContext, JsonNode?, CancellationToken, Task<StepResult>>? RestoreAsync { get; init; }

    /// <summary>The step whose pass settles this one: a resumed procedure repeats it before, and leaves what it did as
    /// it is afterwards; its own id where it is done once. Null where <see cref="RestoreAsync"/> alone decides. A slice
    /// repeats it always.</summary>
    public string? SettledBy { get; init; }

    /// <summary>The step of the same phase that judges what this one found, also when this one did not pass, so that
    /// people are asked with its reasons at hand; null for none.</summary>
    public string? JudgedBy { get; init; }

    /// <summary>Changes source, target or object store. What is refused after such a step has passed is a failure, not
    /// a refusal.</summary>
    public bool Changes { get; init; }

    /// <summary>Who does it, or watches it being done.</summary>
    public Role Owner { get; init; } = Role.ReleaseManager;

    /// <summary>When it should be over, counted from T-0; null for the end of its phase.</summary>
    public TimeSpan? Due { get; init; }

    /// <summary>Why it cannot begin, in a sentence with the next step; null when it can.</summary>
    public Func<RunContext, CancellationToken, Task<string?>>? PreconditionAsync { get; init; }

    /// <summary>Proves what the action did. Runs after an action that passed.</summary>
    public StepAction? VerifyAsync { get; init; }

    /// <summary>Takes it back while traffic has not moved; null where there is nothing to take back.</summary>
    public StepAction? UndoAsync { get; init; }

    /// <summary>What a person confirms before it begins: «freeze the old system»; null when it follows by
    /// itself.</summary>
    public string? Confirmation { get; init; }

    /// <summary>Whether there is something to confirm; null where there always is.</summary>
    public Func<RunContext, CancellationToken, Task<bool>>? ConfirmWhenAsync { get; init; }

    /// <summary>A person may go on without it, with a reason. Never counts, contents or integrity.</summary>
    public bool Skippable { get; init; }

    /// <summary>What it did cannot be taken back: a message that was sent.</summary>
    public bool Irreversible { get; init; }

    /// <summary>What it changes of the whole; null where nothing of it changes.</summary>
    public Transition? Transition { get; init; }

    /// <summary>Why the product cannot do it yet; null for a step that it does. Such a step has its place, owner and
    /// window, is passed over, and says so.</summary>
    public string? Absent { get; init; }

    /// <summary>A step that has its place in the procedure and that nothing does yet.</summary>
    /// <param name="why">What is missing: «DNS is not switched by this version».</param>
    public static Step NotYet(string id, string title, string why) =>
        new(id, title, (_, _, _) => Task.FromResult(StepResult.Absent(why))) { Absent = why };
}
