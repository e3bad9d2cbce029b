using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runbook;
using FreshTrack.Plan;
using Microsoft.Extensions.Time.Testing;

namespace FreshTrack.UnitTests.Cutover;

public sealed class RunbookEngineTests : IDisposable, IRunObserver
{
    private readonly string path = Path.Combine(Directory.CreateTempSubdirectory("runbook").FullName, "journal.jsonl");
    private readonly FakeTimeProvider clock = new();
    private readonly List<string> ran = [];

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

    [Fact]
    public async Task Steps_run_in_order_and_their_times_are_kept()
    {
        var timeline = await RunAsync(Step("a", Verdict.Pass), Step("b", Verdict.Warn));

        Assert.Equal(["a", "b"], ran);
        Assert.Null(timeline.Stopped);
        Assert.Equal([60.0, 60.0], timeline.Phases[0].Steps.Select(step => step.End - step.Start));
    }

    [Theory]
    [InlineData(Verdict.Fail)]
    [InlineData(Verdict.Inconclusive)]
    public async Task No_step_runs_after_one_that_did_not_pass(Verdict verdict)
    {
        var timeline = await RunAsync(Step("a", verdict), Step("b", Verdict.Pass));

        Assert.Equal(["a"], ran);
        Assert.Equal("a", timeline.Stopped?.Id);
    }

    [Fact]
    public async Task A_step_that_throws_is_journalled_as_ended_and_stops_the_run()
    {
        var boom = new Step("a", "a", (_, _, _) => throw new InvalidOperationException("the disk is full"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(boom, Step("b", Verdict.Pass)));

        var last = (await JournalFile.ReadAsync(path, TestContext.Current.CancellationToken))[^1];
        Assert.Equal(
            (JournalEvent.StepEnded, "Inconclusive", "the disk is full"),
            (last.Event, last.Outcome, last.Detail)
        );
    }

    [Fact]
    public void The_runbook_keeps_the_planned_windows_of_the_checklist()
    {
        Assert.Equal(
            ["1: 0-15", "2: 15-45", "3: 45-90", "4: 90-120", "6: 135-150"],
            CutoverRunbook.Phases.Select(phase =>
                $"{phase.Number}: {phase.PlannedStart.TotalMinutes}-{phase.PlannedEnd.TotalMinutes}"
            )
        );
    }

    private async Task<Timeline> RunAsync(params Step[] steps)
    {
        await using var journal = JournalFile.Create(path, clock);
        var engine = new RunbookEngine(journal, this, clock);
        return await engine.RunAsync(
            [new Phase(1, "One", TimeSpan.Zero, TimeSpan.FromMinutes(15), steps)],
            null!,
            TestContext.Current.CancellationToken
        );
    }

    private Step Step(string id, Verdict verdict) =>
        new(
            id,
            id,
            (_, _, _) =>
            {
                ran.Add(id);
                clock.Advance(TimeSpan.FromMinutes(1));
                return Task.FromResult(new StepResult(verdict, "done"));
            }
        );

    void IRunObserver.PhaseStarted(Phase phase) { }

    void IRunObserver.StepStarted(Step step) { }

    void IRunObserver.StepProgressed(Step step, string text) { }

    void IRunObserver.StepEnded(Step step, StepTiming timing) { }

    void IRunObserver.PhaseEnded(Phase phase, PhaseTiming timing) { }
}
