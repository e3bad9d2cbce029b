using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Reporting;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Board;

/// <summary>Keeps what the board shows of a run under way. It only remembers: whoever looks takes a snapshot, and the
/// run never waits for them.</summary>
/// <param name="what">What runs and where: <c>rehearsal · stage · smoke</c>.</param>
/// <param name="runbook">The phases that are planned.</param>
public sealed class LiveBoard(string what, IReadOnlyList<Phase> runbook, TimeProvider clock) : IRunObserver
{
    private readonly Lock gate = new();
    private readonly List<PhaseTiming> phases = [];
    private readonly List<StepTiming> steps = [];
    private BoardWork? work;
    private Phase? phase;
    private readonly HashSet<string> confirmed = [];
    private BoardQuestion? asked;
    private DateTimeOffset? zero;
    private bool isZeroReached;
    private double phaseStart;
    private string? failure;
    private RunContext? run;
    private RunReport? report;

    /// <summary>People are asked what a step has to have confirmed.</summary>
    public bool AsksPeople { get; init; } = true;

    public void Tell(RunEvent what)
    {
        lock (gate)
        {
            Take(what);
        }
    }

    /// <summary>The board as it is now. Cheap enough for every second.</summary>
    public BoardState Snapshot()
    {
        lock (gate)
        {
            return new BoardState(what, clock.GetUtcNow(), runbook, [.. phases])
            {
                Phase = phase,
                PhaseStart = phaseStart,
                Steps = [.. steps],
                Elapsed =
                    zero is null ? null
                    : IsOver ? phases[^1].ActualEnd
                    : Elapsed(),
                Work = work,
                WorkSeconds = work is null ? 0 : clock.GetElapsedTime(work.Started).TotalSeconds,
                Failure = failure,
                Asked = asked,
                NextQuestion = NextQuestion(),
                AsksPeople = AsksPeople,
                Manifest = run?.Manifest.Found,
                Verification = run?.Verification.Found,
                Plan = run?.Plan,
                Load = run?.Load.Found ?? report?.Evidence.Load,
                Report = report,
            };
        }
    }

    // Between two phases somebody may be waited for, and users wait too.
    private bool IsOver =>
        phases is [.., var last]
        && (
            phases.Count == runbook.Count
            || last.Steps.Any(step => step.Verdict is Verdict.Fail or Verdict.Inconclusive)
        );

    private void Take(RunEvent what)
    {
        switch (what)
        {
            case RunStarted started:
                run = started.Run;
                Continue(started);
                break;
            case PhaseStarted started:
                Count(started.Phase);
                (phase, phaseStart) = (started.Phase, Elapsed());
                steps.Clear();
                break;
            case ConfirmationAsked question:
                asked = new BoardQuestion(question.Phase, question.Step, question.Question);
                work = null;
                break;
            case ConfirmationGiven given:
                confirmed.Add(given.Step.Id);
                asked = null;
                break;
            case StepStarted started:
                asked = null;
                Begin(started.Step.Title);
                break;
            case WorkStarted started:
                Begin(started.Title);
                break;
            case StepProgressed progressed:
                work = work is null ? null : work with { Progress = progressed.Progress };
                break;
            case WorkProgressed progressed:
                work = work is null ? null : work with { Progress = new StepProgress(progressed.Text) };
                break;
            case StepEnded ended:
                steps.Add(ended.Timing);
                work = null;
                break;
            case WorkEnded ended:
                failure ??= ended.Failed ? $"{ended.Title}: {ended.Result.Summary}" : null;
                work = null;
                break;
            case PhaseEnded ended:
                phases.Add(ended.Timing);
                (phase, asked) = (null, null);
                steps.Clear();
                break;
            case RunJudged judged:
                report = judged.Report;
                break;
        }
    }

    /// <summary>T-0 is when the first phase begins that is planned for it; what came before lies before it.</summary>
    private void Count(Phase begun)
    {
        if (
            !isZeroReached
            && zero is { } before
            && phases.Count > 0
            && phases[^1].PlannedStart < 0
            && begun.PlannedStart >= TimeSpan.Zero
        )
        {
            var shift = (clock.GetUtcNow() - before).TotalSeconds;
            for (var i = 0; i < phases.Count; i++)
            {
                phases[i] = phases[i] with
                {
                    ActualStart = phases[i].ActualStart - shift,
                    ActualEnd = phases[i].ActualEnd - shift,
                };
            }

            zero = null;
        }

        zero ??= clock.GetUtcNow();
        isZeroReached |= begun.PlannedStart >= TimeSpan.Zero;
    }

    /// <summary>A run that goes on keeps its T-0, and what was confirmed.</summary>
    private void Continue(RunStarted started)
    {
        var night = runbook
            .Where(item => item.PlannedStart >= TimeSpan.Zero)
            .Select(item => $"{item.Number}")
            .ToHashSet();
        zero = Timeline.ZeroOf(PlannedRunbook.Of(started.Runbook), started.Journal);
        isZeroReached = started.Journal.Any(entry =>
            entry.Event == JournalEvent.PhaseStarted && night.Contains(entry.Subject)
        );
        confirmed.UnionWith(
            started.Journal.Where(entry => entry.Event == JournalEvent.ConfirmationGiven).Select(entry => entry.Subject)
        );
    }

    private BoardQuestion? NextQuestion() =>
        AsksPeople && !IsOver
            ? (
                from ahead in runbook.SkipWhile(item => phases.Exists(ended => ended.Number == item.Number))
                from step in ahead.Steps
                where step is { Confirmation: not null, ConfirmWhenAsync: null } && !confirmed.Contains(step.Id)
                select new BoardQuestion(ahead, step, step.Confirmation!)
            ).FirstOrDefault()
            : null;

    private void Begin(string title) => work = new BoardWork(title, new StepProgress(""), clock.GetTimestamp());

    // By the wall clock: the users wait on while this machine sleeps.
    private double Elapsed() => (clock.GetUtcNow() - zero!.Value).TotalSeconds;
}
