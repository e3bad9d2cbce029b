using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;

namespace FreshTrack.Cutover.States;

/// <summary>Follows what the steps declare to change, and compares it with what is found.</summary>
internal sealed class StateWatch
{
    private readonly IStateProbe? probe;
    private readonly bool goesBack;
    private readonly List<Step> ahead;
    private CutoverState? state;

    /// <param name="earlier">The journal of earlier processes of this run: what a step began there may be done
    /// already.</param>
    public StateWatch(Runbook runbook, IStateProbe? probe, IReadOnlyList<JournalEntry> earlier)
    {
        var started = earlier
            .Where(entry => entry.Event == JournalEvent.StepStarted)
            .Select(entry => entry.Subject)
            .ToHashSet();
        (this.probe, goesBack, state) = (probe, runbook.GoesBack, runbook.Begins);
        // On the way back a step that nothing did may have been done in part.
        ahead =
        [
            .. runbook.Steps.Where(step =>
                step.Transition is not null && (runbook.GoesBack || started.Contains(step.Id))
            ),
        ];
    }

    /// <summary>A step that nothing does changes nothing.</summary>
    public void Pass(Step step)
    {
        ahead.Remove(step);
        if (step is { Transition: { } transition, Absent: null })
        {
            state = state is null ? null : transition.Apply(state);
        }
    }

    /// <returns>What is not as the steps so far declare.</returns>
    public async Task<IReadOnlyList<string>> LookAsync(RunContext run, CancellationToken cancellationToken)
    {
        if (probe is null || state is null)
        {
            return [];
        }

        var seen = await probe.ReadAsync(run, cancellationToken);
        if (goesBack)
        {
            // However far the import came.
            seen = seen with
            {
                Target = null,
            };
        }

        return [.. ahead.Aggregate(seen, (left, step) => left.Without(step.Transition!)).DifferencesTo(state)];
    }
}
