using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;
using Microsoft.Extensions.Time.Testing;

namespace FreshTrack.UnitTests.Cutover;

public sealed class RunbookEngineTests : IDisposable
{
    private readonly string path = Path.Combine(Directory.CreateTempSubdirectory("runbook").FullName, "journal.jsonl");
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 1, 15, 2, 0, 0, TimeSpan.Zero));
    private readonly List<string> ran = [];
    private readonly RecordedEvents seen = new();

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

        var entries = await JournalFile.ReadAsync(path, TestContext.Current.CancellationToken);
        var ended = Assert.Single(entries, entry => entry.Event == JournalEvent.StepEnded);
        Assert.Equal("Inconclusive", ended.Outcome);
        Assert.Equal("the disk is full", ended.Detail);
        Assert.Equal(JournalEvent.PhaseEnded, entries[^1].Event);
        Assert.IsType<PhaseEnded>(seen.All[^1]);
    }

    [Fact]
    public async Task A_step_that_passed_in_an_earlier_process_is_restored_from_its_output()
    {
        var restored = "";
        var first = Step("a", Verdict.Pass) with
        {
            RestoreAsync = (_, output, _) =>
            {
                restored = output!["key"]!.GetValue<string>();
                return Task.FromResult(StepResult.Pass("still there"));
            },
        };
        await RunAsync(first, Step("b", Verdict.Pass));

        await RunAsync(first, Step("b", Verdict.Pass));

        Assert.Equal("value of a", restored);
        // Step b cannot be restored, so it is run again.
        Assert.Equal(["a", "b", "b"], ran);
    }

    [Fact]
    public async Task A_step_is_repeated_until_the_one_that_settles_it_has_passed()
    {
        var first = Step("a", Verdict.Pass) with { SettledBy = "b" };
        await RunAsync(first, Step("b", Verdict.Fail));
        await RunAsync(first, Step("b", Verdict.Pass));

        var timeline = await RunAsync(first, Step("b", Verdict.Pass) with { SettledBy = "b" }, Step("c", Verdict.Pass));

        Assert.Equal(["a", "b", "a", "b", "c"], ran);
        Assert.Null(timeline.Stopped);
    }

    [Fact]
    public async Task A_slice_repeats_a_step_that_a_whole_procedure_would_leave()
    {
        var first = Step("a", Verdict.Pass) with { SettledBy = "a" };
        await RunAsync(first);

        await RunAsync(Runbook(first) with { IsSlice = true });

        Assert.Equal(["a", "a"], ran);
    }

    [Fact]
    public async Task A_step_that_did_not_pass_earlier_is_run_again()
    {
        var first = Step("a", Verdict.Fail) with
        {
            RestoreAsync = (_, _, _) => throw new InvalidOperationException("nothing to restore"),
        };
        await RunAsync(first);

        await RunAsync(first);

        Assert.Equal(["a", "a"], ran);
    }

    [Fact]
    public async Task A_step_that_cannot_be_restored_is_why_the_run_stopped_and_is_run_again_by_the_next()
    {
        var first = Step("a", Verdict.Pass) with
        {
            RestoreAsync = (_, _, _) => throw new RefusedException("the plan no longer fits"),
        };
        await RunAsync(first);

        await Assert.ThrowsAsync<RefusedException>(() => RunAsync(first));

        var entries = await JournalFile.ReadAsync(path, TestContext.Current.CancellationToken);
        var timeline = Timeline.Of(PlannedRunbook.Of(Runbook(first)), entries);
        Assert.Equal("the plan no longer fits", timeline.Stopped?.Summary);
    }

    [Theory]
    [InlineData(Verdict.Fail)]
    [InlineData(Verdict.Inconclusive)]
    public async Task A_step_that_is_restored_without_passing_stops_the_run(Verdict verdict)
    {
        var first = Step("a", Verdict.Pass) with
        {
            RestoreAsync = (_, _, _) => Task.FromResult(new StepResult(verdict, "gone")),
        };
        await RunAsync(first);

        var timeline = await RunAsync(first, Step("b", Verdict.Pass));

        Assert.Equal(["a"], ran);
        Assert.Equal(verdict, timeline.Stopped?.Verdict);
    }

    [Fact]
    public void The_runbook_keeps_the_planned_windows()
    {
        Assert.Equal(
            ["1: 0-15", "2: 15-45", "3: 45-90", "4: 90-120", "5: 120-135", "6: 135-150"],
            CutoverRunbook.Night.Phases.Select(phase =>
                $"{phase.Number}: {phase.PlannedStart.TotalMinutes}-{phase.PlannedEnd.TotalMinutes}"
            )
        );
    }

    [Fact]
    public void Every_step_has_an_id_of_its_own() =>
        Assert.Equal(
            CutoverRunbook.Whole.Steps.Count(),
            CutoverRunbook.Whole.Steps.Select(step => step.Id).Distinct().Count()
        );

    /// <summary>Runs the steps as one phase; on the journal of an earlier call where there is one.</summary>
    private Task<Timeline> RunAsync(params Step[] steps) => RunAsync(Runbook(steps));

    private async Task<Timeline> RunAsync(Runbook runbook)
    {
        await using var journal = File.Exists(path)
            ? await JournalFile.OpenAsync(path, clock, TestContext.Current.CancellationToken)
            : JournalFile.Create(path, clock);
        var passed = journal
            .Entries.Where(entry => entry is { Event: JournalEvent.StepEnded, Outcome: "Pass" })
            .GroupBy(entry => entry.Subject)
            .ToDictionary(entries => entries.Key, entries => entries.Last());
        var engine = new RunbookEngine(journal, passed, new RunObservers(clock, seen), () => Task.CompletedTask);
        await engine.RunAsync(runbook, null!, TestContext.Current.CancellationToken);
        return Timeline.Of(PlannedRunbook.Of(runbook), journal.Entries);
    }

    private static Runbook Runbook(params Step[] steps) =>
        new("test", [new(1, "One", TimeSpan.Zero, TimeSpan.FromMinutes(15), steps)]);

    private Step Step(string id, Verdict verdict) =>
        new(
            id,
            id,
            (_, _, _) =>
            {
                ran.Add(id);
                clock.Advance(TimeSpan.FromMinutes(1));
                return Task.FromResult(new StepResult(verdict, "done") { Output = new { Key = $"value of {id}" } });
            }
        );
}
