using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Decisions;

/// <summary>Whoever decides while a procedure runs: people at a terminal, or nobody in a rehearsal.</summary>
public interface IDecisions
{
    /// <summary>A person is waited for.</summary>
    bool AsksPeople => true;

    /// <summary>Asks before a step that a person confirms.</summary>
    /// <exception cref="RefusedException">It was not confirmed; the step has not begun.</exception>
    Task<Approval> ConfirmAsync(RunContext run, Phase phase, Step step, CancellationToken cancellationToken);

    /// <summary>Asks what to do about a step that did not pass.</summary>
    Task<Answer> AnswerAsync(RunContext run, FailedStep failed, CancellationToken cancellationToken);

    /// <summary>Asks whether to go on with a phase that is more than half over its window.</summary>
    Task<Answer> AnswerAsync(RunContext run, LatePhase late, CancellationToken cancellationToken);
}
