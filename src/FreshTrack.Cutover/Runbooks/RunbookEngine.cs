using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Runbooks;

/// <summary>Executes a runbook in order, journals every phase and step before and after, and stops at the first step
/// that does not pass.</summary>
/// <param name="passed">Steps that passed in an earlier process of this run, by id, as the journal has them.</param>
/// <param name="keepTimeline">Called after every step and phase.</param>
public sealed class RunbookEngine(
    JournalFile journal,
    IReadOnlyDictionary<string, JournalEntry> passed,
    RunObservers observers,
    Func<Task> keepTimeline
)
{
    /// <summary>A step that changes source, target or object store has passed in this process.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>The worst verdict of the steps so far; Inconclusive until every one of them was reached.</summary>
    public Verdict Verdict { get; private set; } = Verdict.Inconclusive;

    /// <summary>Returns once every step has passed or one has not; an exception of a step is journalled and thrown
    /// on.</summary>
    public async Task RunAsync(Runbook runbook, RunContext run, CancellationToken cancellationToken)
    {
        var planned = PlannedRunbook.Of(runbook);
        var worst = Verdict.Pass;
        foreach (var phase in runbook.Phases)
        {
            await journal.AppendAsync(JournalEvent.PhaseStarted, $"{phase.Number}");
            observers.Tell(new PhaseStarted(phase));
            try
            {
                var verdict = await RunAsync(phase, run, planned, cancellationToken);
                worst = new[] { worst, verdict }.Worst();
            }
            finally
            {
                await journal.AppendAsync(JournalEvent.PhaseEnded, $"{phase.Number}");
                await keepTimeline();
                var timing = Timeline.Of(planned, journal.Entries).Phases.First(item => item.Number == phase.Number);
                observers.Tell(new PhaseEnded(phase, timing));
            }

            if (worst is Verdict.Fail or Verdict.Inconclusive)
            {
                break;
            }
        }

        Verdict = worst;
    }

    /// <summary>What an exception says of a step that it ended.</summary>
    internal static string Reason(Exception exception) =>
        exception is OperationCanceledException ? "cancelled" : exception.Message;

    private async Task<Verdict> RunAsync(
        Phase phase,
        RunContext run,
        PlannedRunbook planned,
        CancellationToken cancellationToken
    )
    {
        var worst = Verdict.Pass;
        foreach (var step in phase.Steps)
        {
            var verdict =
                passed.TryGetValue(step.Id, out var entry) && step.RestoreAsync is not null
                    ? await RestoreAsync(step, entry, run, planned, cancellationToken)
                    : await RunAsync(step, run, planned, cancellationToken);
            worst = new[] { worst, verdict }.Worst();
            if (verdict is Verdict.Fail or Verdict.Inconclusive)
            {
                break;
            }
        }

        return worst;
    }

    private async Task<Verdict> RestoreAsync(
        Step step,
        JournalEntry entry,
        RunContext run,
        PlannedRunbook planned,
        CancellationToken cancellationToken
    )
    {
        StepResult result;
        try
        {
            result = await step.RestoreAsync!(run, entry.Output, cancellationToken);
        }
        catch (Exception e)
        {
            await FailAsync(new StepResult(Verdict.Inconclusive, Reason(e)));
            throw;
        }

        if (result.Verdict is Verdict.Fail or Verdict.Inconclusive)
        {
            await FailAsync(result);
            return result.Verdict;
        }

        // A warning that it passed with is not forgotten.
        var verdict = new[] { result.Verdict, Enum.Parse<Verdict>(entry.Outcome!) }.Worst();
        await journal.AppendAsync(JournalEvent.StepRestored, step.Id, $"{verdict}", result.Summary);
        observers.Tell(new StepRestored(step, result.Summary));
        return verdict;

        // What it passed with earlier holds no longer: the next process runs it, and the timeline tells why.
        async Task FailAsync(StepResult failed)
        {
            await journal.AppendAsync(JournalEvent.StepStarted, step.Id);
            observers.Tell(new StepStarted(step));
            await EndAsync(step, failed, planned);
        }
    }

    private async Task<Verdict> RunAsync(
        Step step,
        RunContext run,
        PlannedRunbook planned,
        CancellationToken cancellationToken
    )
    {
        await journal.AppendAsync(JournalEvent.StepStarted, step.Id);
        observers.Tell(new StepStarted(step));
        StepResult result;
        try
        {
            var progress = new Reports<StepProgress>(value => observers.Tell(new StepProgressed(step, value)));
            result = await step.RunAsync(run, progress, cancellationToken);
        }
        catch (Exception e)
        {
            await EndAsync(step, new StepResult(Verdict.Inconclusive, Reason(e)), planned);
            throw;
        }

        await EndAsync(step, result, planned);
        HasChanged |= step.Changes && result.Verdict is (Verdict.Pass or Verdict.Warn);
        return result.Verdict;
    }

    private async Task EndAsync(Step step, StepResult result, PlannedRunbook planned)
    {
        await journal.AppendAsync(
            JournalEvent.StepEnded,
            step.Id,
            result.Verdict.ToString(),
            result.Summary,
            result.Output
        );
        await keepTimeline();
        var timing = Timeline
            .Of(planned, journal.Entries)
            .Phases.SelectMany(phase => phase.Steps)
            .First(item => item.Id == step.Id);
        observers.Tell(new StepEnded(step, timing));
    }
}
