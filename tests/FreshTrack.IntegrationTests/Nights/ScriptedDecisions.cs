using FreshTrack.Cutover.Decisions;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;

namespace FreshTrack.IntegrationTests.Nights;

/// <summary>Confirms everything, answers as it was told, and remembers what it was asked.</summary>
internal sealed class ScriptedDecisions : IDecisions
{
    public List<FailedStep> Failed { get; } = [];

    public List<LatePhase> Late { get; } = [];

    /// <summary>Stops where nothing is left.</summary>
    public Queue<Answer> Answers { get; } = new();

    /// <summary>Done before each answer: a person who starts the server again.</summary>
    public Action Before { get; set; } = () => { };

    public Task<Approval> ConfirmAsync(RunContext run, Phase phase, Step step, CancellationToken cancellationToken) =>
        Task.FromResult(new Approval("Ada", "Ben"));

    public Task<Answer> AnswerAsync(RunContext run, FailedStep failed, CancellationToken cancellationToken)
    {
        Failed.Add(failed);
        Before();
        return Task.FromResult(Answers.TryDequeue(out var answer) ? answer : new Answer.Stop());
    }

    public Task<Answer> AnswerAsync(RunContext run, LatePhase late, CancellationToken cancellationToken)
    {
        Late.Add(late);
        return Task.FromResult<Answer>(new Answer.Again());
    }
}
