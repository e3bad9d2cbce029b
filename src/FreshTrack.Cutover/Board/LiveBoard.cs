using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Reporting;
using FreshTrack.Cutover.Runbook;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Board;

/// <summary>Keeps what the board shows of a run under way. It only remembers: whoever looks takes a snapshot, and the
/// run never waits for them.</summary>
/// <param name="what">What runs and where: <c>rehearsal · stage · smoke</c>.</param>
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
    private CutoverRun? run;
    private LoadResult? load;
    private RunReport? report;

    public void PhaseStarted(Phase phase) =>
        Change(() =>
        {
            zero ??= clock.GetTimestamp();
            (this.phase, phaseStart) = (phase, Elapsed());
            steps.Clear();
        });

    public void StepStarted(Step step) => WorkStarted(step.Title);

    public void StepProgressed(Step step, string text) => WorkProgressed(text);

    public void StepEnded(Step step, StepTiming timing) =>
        Change(() =>
        {
            steps.Add(timing);
            work = null;
        });

    public void PhaseEnded(Phase phase, PhaseTiming timing) =>
        Change(() =>
        {
            phases.Add(timing);
            this.phase = null;
            steps.Clear();
        });

    /// <summary>Work that is no step of the runbook: building images, filling fixtures, the load test.</summary>
    public void WorkStarted(string title) => Change(() => work = new BoardWork(title, "", clock.GetTimestamp()));

    public void WorkProgressed(string text) => Change(() => work = work is null ? null : work with { Progress = text });

    /// <param name="failure">Why it failed, and the run with it; null when it did not.</param>
    public void WorkEnded(string? failure = null) =>
        Change(() =>
        {
            this.failure ??= failure is null || work is null ? failure : $"{work.Title}: {failure}";
            work = null;
        });

    /// <summary>Manifest and verification are shown as soon as the run has them.</summary>
    public void Follow(CutoverRun run) => Change(() => this.run = run);

    public void Loaded(LoadResult load) => Change(() => this.load = load);

    public void Judged(RunReport report) => Change(() => this.report = report);

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
                Manifest = run?.Manifest,
                Verification = run?.Verification,
                Plan = run?.Plan,
                Load = load,
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

    private double Elapsed() => clock.GetElapsedTime(zero!.Value).TotalSeconds;

    private void Change(Action change)
    {
        lock (gate)
        {
            change();
        }
    }
}
