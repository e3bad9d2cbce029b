using FreshTrack.Cutover.Decisions;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.States;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Runbooks;

/// <summary>Executes a runbook in order, journals every phase and step before and after, and stops at the first step
/// that does not pass and that nobody answers for.</summary>
/// <param name="passed">Steps that passed in an earlier process of this run, by id, as the journal has them.</param>
/// <param name="keepTimeline">Called after every step and phase.</param>
public sealed class RunbookEngine(
    JournalFile journal,
    IReadOnlyDictionary<string, JournalEntry> passed,
    RunObservers observers,
    Func<Task> keepTimeline
)
{
    /// <summary>Who is asked; nobody where it is not said.</summary>
    public IDecisions Decisions { get; init; } = new Unattended("nobody");

    /// <summary>Asked before each step whether this process may still act; null where no other could.</summary>
    public IRunGuard? Guard { get; init; }

    /// <summary>Looks at both systems after each step; null where nothing is compared.</summary>
    public IStateProbe? Probe { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Asked after a step that came to nothing which servers do not answer, in words; null where none is
    /// asked.</summary>
    public Func<CancellationToken, Task<IReadOnlyList<string>>>? FindLostServersAsync { get; init; }

    /// <summary>A step that changes source, target or object store has passed, or an earlier process died in
    /// one.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>The worst verdict of the steps so far; Inconclusive until every one of them was reached.</summary>
    public Verdict Verdict { get; private set; } = Verdict.Inconclusive;

    /// <summary>A person wants what was done to be taken back.</summary>
    public bool IsToUndo { get; private set; }

    /// <summary>Returns once every step has passed or one has not; an exception of a step is journalled and thrown
    /// on.</summary>
    public async Task RunAsync(Runbook runbook, RunContext run, CancellationToken cancellationToken)
    {
        var planned = PlannedRunbook.Of(runbook);
        var window = new WindowWatch(runbook, journal, observers, Decisions, run, Clock);
        var states = new StateWatch(runbook, Probe, journal.Entries);
        var worst = Verdict.Pass;
        HasChanged = runbook.Phases.SelectMany(phase => phase.Steps).Any(step => step.Changes && MayHaveRun(step));
        foreach (var phase in runbook.Phases)
        {
            await journal.AppendAsync(JournalEvent.PhaseStarted, $"{phase.Number}");
            observers.Tell(new PhaseStarted(phase));
            try
            {
                var verdict = await RunAsync(runbook, phase, run, planned, window, states, cancellationToken);
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
        Runbook runbook,
        Phase phase,
        RunContext run,
        PlannedRunbook planned,
        WindowWatch window,
        StateWatch states,
        CancellationToken cancellationToken
    )
    {
        var worst = Verdict.Pass;
        foreach (var step in phase.Steps)
        {
            var running = Running(step);
            var verdict =
                passed.TryGetValue(step.Id, out var entry) && IsLeft(step, entry, runbook.IsSlice)
                    ? await running.RestoreAsync(entry, cancellationToken)
                    : await running.RunAsync(cancellationToken);
            HasChanged |= running.HasChanged;
            worst = new[] { worst, verdict }.Worst();
            if (verdict is Verdict.Fail or Verdict.Inconclusive)
            {
                IsToUndo = running.IsToUndo;
                break;
            }

            if (await window.AnswerAsync(phase, cancellationToken) is { } answer and not Answer.Again)
            {
                IsToUndo = answer is Answer.Undo;
                worst = Verdict.Inconclusive;
                break;
            }
        }

        return worst;

        StepRun Running(Step step) =>
            new(
                step,
                phase,
                run,
                journal,
                observers,
                Decisions,
                Guard,
                states,
                planned,
                keepTimeline,
                FindLostServersAsync
            )
            {
                CanBeTakenBack = runbook.CanBeTakenBack,
                Judge = phase.Steps.FirstOrDefault(other => other.Id == step.JudgedBy) is { } judge
                    ? Running(judge)
                    : null,
            };
    }

    /// <summary>In an earlier process it passed, or has no end.</summary>
    private bool MayHaveRun(Step step) =>
        passed.ContainsKey(step.Id)
        || journal.Entries.LastOrDefault(entry => entry.Subject == step.Id) is { Event: JournalEvent.StepStarted };

    /// <summary>A step that passed in an earlier process is not run again.</summary>
    private bool IsLeft(Step step, JournalEntry entry, bool isSlice) =>
        entry.Event == JournalEvent.StepSkipped
        || (step.SettledBy is { } settling ? !isSlice && passed.ContainsKey(settling) : step.RestoreAsync is not null);
}
