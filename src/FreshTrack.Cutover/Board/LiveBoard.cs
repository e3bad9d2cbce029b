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
    private long? zero;
    private double phaseStart;
    private string? failure;
    private RunContext? run;
    private RunReport? report;

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
                break;
            case PhaseStarted started:
                Count(started.Phase);
                (phase, phaseStart) = (started.Phase, Elapsed());
                steps.Clear();
                break;
            case StepStarted started:
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
                phase = null;
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
            zero is { } before
            && phases.Count > 0
            && phases[^1].PlannedStart < 0
            && begun.PlannedStart >= TimeSpan.Zero
        )
        {
            var shift = clock.GetElapsedTime(before).TotalSeconds;
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

        zero ??= clock.GetTimestamp();
    }

    private void Begin(string title) => work = new BoardWork(title, new StepProgress(""), clock.GetTimestamp());

    private double Elapsed() => clock.GetElapsedTime(zero!.Value).TotalSeconds;
}
