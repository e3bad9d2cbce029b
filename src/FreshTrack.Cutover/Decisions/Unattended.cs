using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;

namespace FreshTrack.Cutover.Decisions;

/// <summary>Nobody is asked: a rehearsal, or a slice whose command line was confirmed before. What fails
/// stops.</summary>
/// <param name="who">Recorded in place of a name: <c>rehearsal</c>.</param>
public sealed class Unattended(string who) : IDecisions
{
    public bool AsksPeople => false;

    public Task<Approval> ConfirmAsync(RunContext run, Phase phase, Step step, CancellationToken cancellationToken) =>
        Task.FromResult(new Approval(who, who));

    public Task<Answer> AnswerAsync(RunContext run, FailedStep failed, CancellationToken cancellationToken) =>
        Task.FromResult<Answer>(new Answer.Stop());

    public Task<Answer> AnswerAsync(RunContext run, LatePhase late, CancellationToken cancellationToken) =>
        Task.FromResult<Answer>(new Answer.Again());
}
