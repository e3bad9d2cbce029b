using FreshTrack.Cutover.Journal;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Runbook;

/// <summary>Executes phases in order, journals every step before and after, and stops at the first that does not
/// pass.</summary>
public sealed class RunbookEngine(JournalFile journal, IRunObserver observer, TimeProvider clock)
{
    private readonly List<PhaseTiming> phases = [];
    private readonly DateTimeOffset startedAt = clock.GetUtcNow();

    /// <summary>The timeline so far, also after an exception: a run that dies leaves the times it reached.</summary>
    public Timeline Timeline => new(startedAt, [.. phases]);

    /// <summary>Returns once every step has passed or one has not; an exception of a step is journalled and thrown
    /// on.</summary>
    public async Task<Timeline> RunAsync(
        IReadOnlyList<Phase> runbook,
        CutoverRun run,
        CancellationToken cancellationToken
    )
    {
        var zero = clock.GetTimestamp();
        foreach (var phase in runbook)
        {
            observer.PhaseStarted(phase);
            var start = Seconds(zero);
            var steps = new List<StepTiming>();
            try
            {
                foreach (var step in phase.Steps)
                {
                    steps.Add(await RunStepAsync(step, run, zero, steps, cancellationToken));
                    if (steps[^1].Verdict is Verdict.Fail or Verdict.Inconclusive)
                    {
                        break;
                    }
                }
            }
            finally
            {
                phases.Add(Timing(phase, start, Seconds(zero), steps));
                observer.PhaseEnded(phase, phases[^1]);
            }

            if (Timeline.Stopped is not null)
            {
                break;
            }
        }

        return Timeline;
    }

    private async Task<StepTiming> RunStepAsync(
        Step step,
        CutoverRun run,
        long zero,
        List<StepTiming> steps,
        CancellationToken cancellationToken
    )
    {
        observer.StepStarted(step);
        await journal.AppendAsync(JournalEvent.StepStarted, step.Id, cancellationToken: cancellationToken);
        var start = Seconds(zero);
        try
        {
            var result = await step.RunAsync(run, new StepProgress(observer, step), cancellationToken);
            var timing = new StepTiming(step.Id, step.Title, start, Seconds(zero), result.Verdict, result.Summary);
            await EndAsync(step, timing);
            return timing;
        }
        catch (Exception e)
        {
            var reason = e is OperationCanceledException ? "cancelled" : e.Message;
            var timing = new StepTiming(step.Id, step.Title, start, Seconds(zero), Verdict.Inconclusive, reason);
            await EndAsync(step, timing);
            steps.Add(timing);
            throw;
        }
    }

    // Not cancellable: that a step ended is written also when the run was cancelled in it.
    private async Task EndAsync(Step step, StepTiming timing)
    {
        await journal.AppendAsync(
            JournalEvent.StepEnded,
            step.Id,
            timing.Verdict.ToString(),
            timing.Summary,
            CancellationToken.None
        );
        observer.StepEnded(step, timing);
    }

    private static PhaseTiming Timing(Phase phase, double start, double end, List<StepTiming> steps) =>
        new(
            phase.Number,
            phase.Name,
            phase.PlannedStart.TotalSeconds,
            phase.PlannedEnd.TotalSeconds,
            start,
            end,
            steps
        );

    private double Seconds(long zero) => Math.Round(clock.GetElapsedTime(zero).TotalSeconds, 3);

    private sealed class StepProgress(IRunObserver observer, Step step) : IProgress<string>
    {
        public void Report(string value) => observer.StepProgressed(step, value);
    }
}
