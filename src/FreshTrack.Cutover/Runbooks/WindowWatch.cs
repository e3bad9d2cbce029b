using FreshTrack.Cutover.Decisions;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runs;

namespace FreshTrack.Cutover.Runbooks;

/// <summary>Compares each phase with its window, after every step: late by a fifth it warns, by a half it
/// asks.</summary>
internal sealed class WindowWatch(
    Runbook runbook,
    JournalFile journal,
    RunObservers observers,
    IDecisions decisions,
    RunContext run,
    TimeProvider clock
)
{
    private const double WarnAt = 0.2;
    private const double AskAt = 0.5;

    private readonly HashSet<int> warned = [];
    private readonly HashSet<int> asked = [];

    /// <returns>What a person answered; null where nobody was asked.</returns>
    public async Task<Answer?> AnswerAsync(Phase phase, CancellationToken cancellationToken)
    {
        if (runbook.IsSlice || Zero() is not { } zero)
        {
            return null;
        }

        // Days before and after the night only the length of a window counts.
        var from = runbook.Phases.Any(item => item.PlannedStart == TimeSpan.Zero)
            ? TimeSpan.Zero
            : runbook.Phases[0].PlannedStart;
        if (phase.PlannedEnd <= TimeSpan.Zero && from == TimeSpan.Zero)
        {
            return null;
        }

        var late = new LatePhase(
            phase,
            clock.GetUtcNow() - zero - (phase.PlannedEnd - from),
            runbook.CanBeTakenBack && !TrafficState.HasMoved(journal.Entries)
        );
        if (late.Share >= WarnAt && warned.Add(phase.Number))
        {
            observers.Note(
                $"Phase {phase.Number} is {Format.Duration(late.Late.TotalSeconds)} over its window of "
                    + $"{(phase.PlannedEnd - phase.PlannedStart).TotalMinutes:0} min"
            );
        }

        if (late.Share < AskAt || !asked.Add(phase.Number))
        {
            return null;
        }

        var answer = await decisions.AnswerAsync(run, late, cancellationToken);
        await journal.AppendAsync(
            JournalEvent.Answered,
            $"{phase.Number}",
            answer.GetType().Name,
            $"{Format.Duration(late.Late.TotalSeconds)} over the window"
        );
        return answer;
    }

    private DateTimeOffset? Zero() => Timeline.ZeroOf(PlannedRunbook.Of(runbook), journal.Entries);
}
