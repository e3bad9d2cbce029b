using System.Runtime.ExceptionServices;
using FreshTrack.Cutover.Decisions;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.States;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Runbooks;

/// <summary>One step of a running procedure, from its question to its verdict.</summary>
internal sealed class StepRun(
    Step step,
    Phase phase,
    RunContext run,
    JournalFile journal,
    RunObservers observers,
    IDecisions decisions,
    IRunGuard? guard,
    StateWatch states,
    PlannedRunbook planned,
    Func<Task> keepTimeline,
    Func<CancellationToken, Task<IReadOnlyList<string>>>? findLostServers
)
{
    /// <summary>Judges what this one found when it does not pass; null for none.</summary>
    public StepRun? Judge { get; init; }

    /// <summary>The procedure may be taken back while traffic has not moved.</summary>
    public bool CanBeTakenBack { get; init; }

    public bool HasChanged { get; private set; }

    public bool IsToUndo { get; private set; }

    /// <summary>Runs it until it passes, is skipped, or a person has it stop.</summary>
    public async Task<Verdict> RunAsync(CancellationToken cancellationToken)
    {
        var isAnswered = false;
        while (true)
        {
            var (result, thrown) = await TryAsync(isAnswered, cancellationToken);
            if (result.Verdict is Verdict.Pass or Verdict.Warn)
            {
                HasChanged = step.Changes;
                return result.Verdict;
            }

            if (thrown is { SourceException: OperationCanceledException })
            {
                thrown.Throw();
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (Judge is { } judge)
            {
                result = result with { Summary = $"{result.Summary}. {await judge.JudgeAsync(cancellationToken)}" };
            }

            var canUndo = CanBeTakenBack && !TrafficState.HasMoved(journal.Entries);
            var answer = await decisions.AnswerAsync(
                run,
                new FailedStep(phase, step, result, canUndo),
                cancellationToken
            );
            switch (answer)
            {
                case Answer.Again:
                    await journal.AppendAsync(JournalEvent.StepRetried, step.Id);
                    isAnswered = true;
                    continue;
                case Answer.Skip(var reason, var who) when step.Skippable:
                    await SkipAsync($"skipped by {who}: {reason}");
                    return Verdict.Warn;
                default:
                    IsToUndo = answer is Answer.Undo && canUndo;
                    thrown?.Throw();
                    return result.Verdict;
            }
        }
    }

    /// <summary>Runs once, and asks nobody.</summary>
    /// <returns>What it came to, in a sentence.</returns>
    private async Task<string> JudgeAsync(CancellationToken cancellationToken)
    {
        var (result, _) = await TryAsync(isAnswered: false, cancellationToken);
        return $"{step.Title}: {result.Verdict}: {result.Summary}";
    }

    /// <summary>Restores what it left in an earlier process.</summary>
    public async Task<Verdict> RestoreAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        StepResult result;
        try
        {
            result =
                entry.Event == JournalEvent.StepSkipped ? new StepResult(Verdict.Warn, entry.Detail ?? "")
                : step.RestoreAsync is { } restore ? await restore(run, entry.Output, cancellationToken)
                : StepResult.Pass($"done before: {entry.Detail}");
        }
        catch (Exception e)
        {
            await FailAsync(new StepResult(Verdict.Inconclusive, RunbookEngine.Reason(e)));
            throw;
        }

        if (result.Verdict is Verdict.Fail or Verdict.Inconclusive)
        {
            await FailAsync(result);
            return result.Verdict;
        }

        // A warning that it passed with is not forgotten.
        var earlier = Enum.TryParse<Verdict>(entry.Outcome, out var said) ? said : Verdict.Warn;
        var verdict = new[] { result.Verdict, earlier }.Worst();
        states.Pass(step);
        await journal.AppendAsync(JournalEvent.StepRestored, step.Id, $"{verdict}", result.Summary);
        observers.Tell(new StepRestored(step, result.Summary));
        return verdict;

        // What it passed with earlier holds no longer: the next process runs it, and the timeline tells why.
        async Task FailAsync(StepResult failed)
        {
            await StartAsync();
            await EndAsync(failed);
        }
    }

    private async Task<(StepResult Result, ExceptionDispatchInfo? Thrown)> TryAsync(
        bool isAnswered,
        CancellationToken cancellationToken
    )
    {
        try
        {
            if (step.Absent is { } why)
            {
                await ConfirmAsync(cancellationToken);
                await StartAsync();
                await SkipAsync(StepResult.Absent(why).Summary);
                return (StepResult.Absent(why), null);
            }

            var result = await ExplainAsync(await ActAsync(isAnswered, cancellationToken), cancellationToken);
            await EndAsync(result);
            return (result, null);
        }
#pragma warning disable CA1031 // Whatever a step throws is journalled, and a person answers or it is thrown on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            // Whatever breaks after Ctrl-C breaks because of it, and nothing else is a person's wish to stop.
            var cause = (cancellationToken.IsCancellationRequested, e) switch
            {
                (true, not OperationCanceledException) => new OperationCanceledException(
                    e.Message,
                    e,
                    cancellationToken
                ),
                (false, OperationCanceledException) => new TimeoutException("no answer came in time", e),
                _ => e,
            };
            var failed = await ExplainAsync(
                new StepResult(Verdict.Inconclusive, RunbookEngine.Reason(cause)),
                cancellationToken
            );
            await EndAsync(failed);
            return (failed, ExceptionDispatchInfo.Capture(cause));
        }
    }

    /// <summary>An error of a connection seldom says which server it was.</summary>
    private async Task<StepResult> ExplainAsync(StepResult result, CancellationToken cancellationToken)
    {
        if (
            result.Verdict != Verdict.Inconclusive
            || findLostServers is null
            || cancellationToken.IsCancellationRequested
        )
        {
            return result;
        }

        try
        {
            var lost = await findLostServers(cancellationToken);
            return lost.Count == 0
                ? result
                : result with
                {
                    Summary =
                        $"{result.Summary.TrimEnd('.')}; {string.Join("; ", lost)}. Run the step again when it answers",
                };
        }
        catch (OperationCanceledException)
        {
            return result;
        }
    }

    private async Task<StepResult> ActAsync(bool isAnswered, CancellationToken cancellationToken)
    {
        if (step.PreconditionAsync is { } precondition && await precondition(run, cancellationToken) is { } reason)
        {
            await StartAsync();
            return new StepResult(Verdict.Inconclusive, $"cannot begin: {reason}");
        }

        await ConfirmAsync(cancellationToken);
        if (guard is not null)
        {
            await guard.DemandAsync(isAnswered, cancellationToken);
        }

        // From here on it may have changed something: what only asked and was refused has begun nothing.
        await StartAsync();
        var progress = new Reports<StepProgress>(value => observers.Tell(new StepProgressed(step, value)));
        var result = await step.RunAsync(run, progress, cancellationToken);
        if (step.VerifyAsync is { } verify && result.Verdict is Verdict.Pass or Verdict.Warn)
        {
            var proof = await verify(run, progress, cancellationToken);
            result = result with
            {
                Verdict = new[] { result.Verdict, proof.Verdict }.Worst(),
                Summary = $"{result.Summary}; {proof.Summary}",
            };
        }

        return result.Verdict is Verdict.Pass or Verdict.Warn ? await CompareAsync(result, cancellationToken) : result;
    }

    /// <summary>What the steps say that they changed must be what is found.</summary>
    private async Task<StepResult> CompareAsync(StepResult result, CancellationToken cancellationToken)
    {
        states.Pass(step);
        var differences = await states.LookAsync(run, cancellationToken);
        return differences.Count == 0
            ? result
            : result with
            {
                Verdict = Verdict.Fail,
                Summary =
                    $"{result.Summary}; but {string.Join(", ", differences)}. Look at both systems before "
                    + "anything else is done",
            };
    }

    /// <summary>A person who has confirmed the step in this run is not asked again, but where what was shown to them
    /// may have changed since another process.</summary>
    private async Task ConfirmAsync(CancellationToken cancellationToken)
    {
        if (
            step.Confirmation is not { } question
            || journal
                .Entries.Reverse()
                .TakeWhile(entry => !step.ConfirmsAgain || entry.Event != JournalEvent.RunResumed)
                .Any(entry => entry.Event == JournalEvent.ConfirmationGiven && entry.Subject == step.Id)
            || (step.ConfirmWhenAsync is { } isAsked && !await isAsked(run, cancellationToken))
        )
        {
            return;
        }

        await journal.AppendAsync(JournalEvent.ConfirmationAsked, step.Id, detail: question);
        observers.Tell(new ConfirmationAsked(phase, step, question));
        var approval = await decisions.ConfirmAsync(run, phase, step, cancellationToken);
        await journal.AppendAsync(JournalEvent.ConfirmationGiven, step.Id, detail: question, output: approval);
        observers.Tell(new ConfirmationGiven(phase, step, approval));
    }

    private async Task StartAsync()
    {
        await journal.AppendAsync(JournalEvent.StepStarted, step.Id);
        observers.Tell(new StepStarted(step));
    }

    private async Task SkipAsync(string why)
    {
        await journal.AppendAsync(JournalEvent.StepSkipped, step.Id, $"{Verdict.Warn}", why);
        await TellEndAsync();
    }

    private async Task EndAsync(StepResult result)
    {
        await journal.AppendAsync(
            JournalEvent.StepEnded,
            step.Id,
            result.Verdict.ToString(),
            result.Summary,
            result.Output
        );
        await TellEndAsync();
    }

    private async Task TellEndAsync()
    {
        await keepTimeline();
        var timing = Timeline
            .Of(planned, journal.Entries)
            .Phases.SelectMany(item => item.Steps)
            .First(item => item.Id == step.Id);
        observers.Tell(new StepEnded(step, timing));
    }
}
