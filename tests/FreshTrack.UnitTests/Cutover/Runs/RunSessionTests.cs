using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;
using FreshTrack.UnitTests.Gating;
using FreshTrack.UnitTests.Plan;
using Microsoft.Extensions.Time.Testing;

namespace FreshTrack.UnitTests.Cutover;

public sealed class RunSessionTests : IDisposable
{
    private const string PlanText = "version: 1\ntables:\n  - source: units\n";

    private readonly string runs = Directory.CreateTempSubdirectory("runs").FullName;
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 1, 15, 2, 0, 0, TimeSpan.Zero));
    private CutoverEnvironment environment = new("test", EnvironmentKind.Stage);
    private readonly List<string> ran = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(runs, recursive: true);

    [Fact]
    public async Task A_run_leaves_its_inputs_its_steps_and_how_it_ended()
    {
        var (end, folder) = await RunAsync(Runbook(Step("a"), Step("b")));

        Assert.Equal(Verdict.Pass, end.Verdict);
        var planned = await ReadAsync<PlannedRunbook>(folder, "runbook.json");
        Assert.Equal(["a", "b"], planned.Phases[0].Steps.Select(step => step.Id));
        var timeline = await ReadAsync<Timeline>(folder, "timeline.json");
        Assert.Equal(["a", "b"], timeline.Phases[0].Steps.Select(step => step.Id));
        Assert.NotNull((await ReadAsync<RunDescription>(folder, "run.json")).EndedAt);
        var last = (await EntriesAsync(folder))[^1];
        Assert.Equal(JournalEvent.RunEnded, last.Event);
        Assert.Equal("Pass", last.Outcome);
    }

    [Fact]
    public async Task A_step_that_throws_ends_the_run_as_inconclusive_and_is_thrown_on_by_its_caller()
    {
        var (end, folder) = await RunAsync(Runbook(Step("a"), Throws(new IOException("the disk is full")), Step("c")));

        Assert.Equal(Verdict.Inconclusive, end.Verdict);
        Assert.Throws<IOException>(() => end.Failure!.Throw());
        var last = (await EntriesAsync(folder))[^1];
        Assert.Equal("Inconclusive", last.Outcome);
        Assert.Equal("the disk is full", last.Detail);
        var timeline = await ReadAsync<Timeline>(folder, "timeline.json");
        Assert.Equal("the disk is full", timeline.Stopped?.Summary);
    }

    [Fact]
    public async Task A_run_that_was_cancelled_before_its_first_step_says_so()
    {
        using var evidence = EvidenceFolder.Create(runs, "rehearsal", clock.GetUtcNow());
        await using var session = await OpenAsync(evidence, Runbook(Step("a")), Given.Plan("source: units"));

        await session.AbandonAsync(new OperationCanceledException());

        var last = (await EntriesAsync(evidence.Path))[^1];
        Assert.Equal((JournalEvent.RunEnded, "Inconclusive", "cancelled"), (last.Event, last.Outcome, last.Detail));
        Assert.NotNull((await ReadAsync<RunDescription>(evidence.Path, "run.json")).EndedAt);
        Assert.Empty((await ReadAsync<Timeline>(evidence.Path, "timeline.json")).Phases);
    }

    [Fact]
    public async Task A_run_in_which_a_step_threw_is_sealed_judged_and_reported()
    {
        var runbook = Runbook(Step("a"), Throws(new IOException("the disk is full")), Step("c"));
        using var evidence = EvidenceFolder.Create(runs, "rehearsal", clock.GetUtcNow());
        await using var session = await OpenAsync(evidence, runbook, Given.Plan("source: units"));

        await session.RunAsync(runbook, Token);
        var report = await session.JudgeAsync(runs, GoodRun.Limits, pictures: null, Token);

        Assert.Equal(Verdict.Inconclusive, report.Gate.Verdict);
        Assert.Contains("the disk is full", report.Reasons[0].Reason);
        Assert.True(File.Exists(evidence.PathOf("report.html")));
        await Seal.VerifyAsync(evidence.Path, Token);
    }

    [Fact]
    public async Task What_is_refused_before_anything_was_changed_is_a_refusal()
    {
        var (end, _) = await RunAsync(Runbook(Step("a"), Throws(new RefusedException("not frozen"))));

        Assert.Throws<RefusedException>(() => end.Failure!.Throw());
    }

    [Fact]
    public async Task What_is_refused_after_a_change_has_failed()
    {
        var (end, _) = await RunAsync(
            Runbook(Step("a") with { Changes = true }, Throws(new RefusedException("not frozen")))
        );

        Assert.Equal("not frozen", Assert.Throws<InvalidOperationException>(() => end.Failure!.Throw()).Message);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(4)]
    public async Task What_is_refused_after_an_earlier_process_changed_something_has_failed(int? killedAfter)
    {
        var changing = Step("a") with { Changes = true };
        var (_, folder) = await RunAsync(Runbook(changing, Step("b", Verdict.Fail)));
        if (killedAfter is { } line)
        {
            // The first process died while it changed something.
            await KillAsync(folder, line);
        }

        var refusing = changing with { RestoreAsync = (_, _, _) => throw new RefusedException("another plan") };
        var again = killedAfter is null
            ? Runbook(refusing, Step("b"))
            : Runbook(changing with { RunAsync = (_, _, _) => throw new RefusedException("another plan") });
        var (end, _) = await RunAsync(again, Path.GetFileName(folder));

        Assert.Equal("another plan", Assert.Throws<InvalidOperationException>(() => end.Failure!.Throw()).Message);
    }

    [Theory]
    [InlineData(Verdict.Fail)]
    [InlineData(Verdict.Inconclusive)]
    public async Task A_run_that_stopped_early_never_ends_with_pass(Verdict verdict)
    {
        var (end, folder) = await RunAsync(Runbook(Step("a", verdict), Step("b")));

        Assert.Equal(verdict, end.Verdict);
        Assert.Equal($"{verdict}", (await EntriesAsync(folder))[^1].Outcome);
    }

    [Fact]
    public async Task A_run_that_was_killed_is_continued_on_its_journal_with_its_own_T_0()
    {
        var (_, folder) = await RunAsync(Runbook(Step("a"), Step("b")));
        await KillAsync(folder, afterLine: 4);
        clock.Advance(TimeSpan.FromMinutes(30));

        var (end, _) = await RunAsync(Runbook(Step("a"), Step("b")), Path.GetFileName(folder));

        Assert.Equal(Verdict.Pass, end.Verdict);
        Assert.Equal(["a", "b", "a", "b"], ran);
        Assert.Contains(await EntriesAsync(folder), entry => entry.Event == JournalEvent.RunResumed);
        var timeline = await ReadAsync<Timeline>(folder, "timeline.json");
        Assert.Equal(new DateTimeOffset(2026, 1, 15, 2, 0, 0, TimeSpan.Zero), timeline.StartedAt);
        Assert.True(timeline.Phases[0].ActualSeconds > 1800);
    }

    [Fact]
    public async Task A_killed_run_says_which_step_had_begun()
    {
        var (_, folder) = await RunAsync(Runbook(Step("a"), Step("b")));
        // Run, phase, a, a, b: the process died in b.
        await KillAsync(folder, afterLine: 5);

        var timeline = Timeline.Of(PlannedRunbook.Of(Runbook(Step("a"), Step("b"))), await EntriesAsync(folder));

        Assert.Equal("b", timeline.Stopped?.Id);
        Assert.Equal("it began and has not ended", timeline.Stopped?.Summary);
    }

    [Fact]
    public async Task A_run_may_be_continued_with_more_steps_than_it_began_with()
    {
        var (_, folder) = await RunAsync(Runbook(Step("a"), Step("c")));

        await RunAsync(Runbook(Step("a"), Step("b"), Step("d")), Path.GetFileName(folder));

        var planned = await ReadAsync<PlannedRunbook>(folder, "runbook.json");
        Assert.Equal(["a", "b", "d", "c"], planned.Phases[0].Steps.Select(step => step.Id));
    }

    [Fact]
    public async Task A_run_that_died_in_the_first_line_of_its_journal_starts_over()
    {
        var folder = EvidenceFolder.Create(runs, "move", clock.GetUtcNow());
        await File.WriteAllTextAsync(folder.PathOf("journal.jsonl"), """{"sequence":1,"prev""", Token);
        folder.Dispose();

        var (end, _) = await RunAsync(Runbook(Step("a")), folder.RunId);

        Assert.Equal(Verdict.Pass, end.Verdict);
        Assert.Equal(JournalEvent.RunStarted, (await EntriesAsync(folder.Path))[0].Event);
    }

    [Fact]
    public async Task A_run_that_died_after_the_first_line_of_its_journal_has_its_inputs_again()
    {
        var (_, folder) = await RunAsync(Runbook(Step("a")));
        await KillAsync(folder, afterLine: 1);
        string[] later = ["plan.yaml", "runbook.json", "run.json", "timeline.json"];
        later.ToList().ForEach(name => File.Delete(Path.Combine(folder, name)));

        var (end, _) = await RunAsync(Runbook(Step("a")), Path.GetFileName(folder));

        Assert.Equal(Verdict.Pass, end.Verdict);
        Assert.All(later, name => Assert.True(File.Exists(Path.Combine(folder, name)), name));
    }

    [Fact]
    public async Task A_run_whose_journal_was_emptied_is_refused()
    {
        var (_, folder) = await RunAsync(Runbook(Step("a")));
        await File.WriteAllTextAsync(Path.Combine(folder, "journal.jsonl"), "", Token);

        Assert.Contains("missing or empty", (await RefusedAsync(folder)).Message);
    }

    [Fact]
    public async Task A_continued_run_ends_as_its_own_steps_did()
    {
        var (_, folder) = await RunAsync(Runbook(Step("a"), Step("b", Verdict.Fail)));

        var (end, _) = await RunAsync(Runbook(Throws(new IOException("cut off")), Step("b")), Path.GetFileName(folder));

        Assert.Equal(Verdict.Inconclusive, end.Verdict);
        Assert.Equal("Inconclusive", (await EntriesAsync(folder))[^1].Outcome);
    }

    [Fact]
    public async Task A_restored_step_keeps_the_warning_that_it_passed_with()
    {
        var warned = Step("a", Verdict.Warn) with
        {
            RestoreAsync = (_, _, _) => Task.FromResult(StepResult.Pass("still there")),
        };
        var (_, folder) = await RunAsync(Runbook(warned, Step("b")));

        var (end, _) = await RunAsync(Runbook(warned, Step("b")), Path.GetFileName(folder));

        Assert.Equal(Verdict.Warn, end.Verdict);
        Assert.Equal(["a", "b", "b"], ran);
    }

    [Fact]
    public async Task A_run_whose_runbook_has_a_phase_twice_is_refused()
    {
        var (_, folder) = await RunAsync(Runbook(Step("a")));
        var path = Path.Combine(folder, "runbook.json");
        var planned = await ReadAsync<PlannedRunbook>(folder, "runbook.json");
        var twice = planned with { Phases = [.. planned.Phases, .. planned.Phases] };
        await File.WriteAllTextAsync(path, EvidenceJson.Serialize("runbook", twice), Token);

        Assert.Contains("phase 1 2 times", (await RefusedAsync(folder)).Message);
    }

    [Fact]
    public void An_observer_whose_disk_is_full_does_not_fail_the_run()
    {
        var seen = new RecordedEvents();
        var observers = new RunObservers(clock, new FullDisk(), seen);

        observers.Tell(new WorkStarted("Images"));
        observers.Tell(new WorkProgressed("Images", "building"));

        Assert.Equal(2, seen.All.OfType<WorkStarted>().Count() + seen.All.OfType<WorkProgressed>().Count());
        var note = Assert.Single(seen.All.OfType<Noted>());
        Assert.Contains("no space left", note.Text);
    }

    [Fact]
    public async Task A_sealed_run_is_not_continued()
    {
        var (_, folder) = await RunAsync(Runbook(Step("a")));
        await Seal.WriteAsync(folder, Token);

        var refused = await RefusedAsync(folder);

        Assert.Contains("sealed", refused.Message);
        Assert.Contains("--restart", refused.Message);
    }

    [Theory]
    [InlineData(false, "journal.jsonl there too, and it is missing")]
    [InlineData(true, "sealed")]
    public async Task A_run_whose_journal_was_taken_away_is_refused_and_left_as_it_is(bool isSealed, string reason)
    {
        var (_, folder) = await RunAsync(Runbook(Step("a")));
        if (isSealed)
        {
            await Seal.WriteAsync(folder, Token);
        }

        File.Delete(Path.Combine(folder, "journal.jsonl"));
        var described = await File.ReadAllTextAsync(Path.Combine(folder, "run.json"), Token);

        var refused = await RefusedAsync(folder);

        Assert.Contains(reason, refused.Message);
        Assert.Contains("--restart", refused.Message);
        Assert.Equal(described, await File.ReadAllTextAsync(Path.Combine(folder, "run.json"), Token));
    }

    [Fact]
    public async Task A_journal_whose_plan_is_no_hash_is_refused()
    {
        var (_, folder) = await RunAsync(Runbook(Step("a")));
        var journal = Path.Combine(folder, "journal.jsonl");
        File.Delete(journal);
        await using (var edited = JournalFile.Create(journal, clock))
        {
            await edited.AppendAsync(JournalEvent.RunStarted, Path.GetFileName(folder), "x");
        }

        Assert.Contains("began with the plan 'x'", (await RefusedAsync(folder)).Message);
    }

    [Fact]
    public async Task A_phase_that_is_continued_ends_no_earlier_than_its_steps()
    {
        var (_, folder) = await RunAsync(Runbook(Step("a"), Step("b", Verdict.Fail)));
        clock.Advance(TimeSpan.FromMinutes(30));
        await RunAsync(Runbook(Step("a"), Step("b")), Path.GetFileName(folder));
        var entries = await EntriesAsync(folder);
        // The second process died before the phase ended.
        var killed = entries.Take(entries.Count - 2).ToList();

        var phase = Timeline.Of(PlannedRunbook.Of(Runbook(Step("a"), Step("b"))), killed).Phases[0];

        Assert.Equal(phase.Steps[^1].End, phase.ActualEnd);
    }

    [Fact]
    public async Task A_folder_that_holds_another_run_is_refused()
    {
        var (_, folder) = await RunAsync(Runbook(Step("a")));
        var moved = Path.Combine(runs, "20260101T000000.000Z-move");
        Directory.Move(folder, moved);

        Assert.Contains("holds another run", (await RefusedAsync(moved)).Message);
    }

    [Fact]
    public async Task A_run_of_another_plan_is_refused()
    {
        var (_, folder) = await RunAsync(Runbook(Step("a")));

        var refused = await Assert.ThrowsAsync<RefusedException>(() =>
            RunAsync(Runbook(Step("a")), Path.GetFileName(folder), Given.Plan("source: other"))
        );

        Assert.Contains("Continue with that plan", refused.Message);
    }

    [Theory]
    [InlineData("me@elsewhere:5432/db")]
    [InlineData("me@target:5432/other")]
    public async Task A_run_that_began_on_other_databases_is_refused(string target)
    {
        environment = On("me@target:5432/db");
        var (_, folder) = await RunAsync(Runbook(Step("a")));
        environment = On(target);

        var refused = await Assert.ThrowsAsync<RefusedException>(() =>
            RunAsync(Runbook(Step("a")), Path.GetFileName(folder))
        );

        Assert.Contains($"its target is me@target:5432/db, not {target}", refused.Message);
    }

    [Fact]
    public async Task A_run_goes_on_through_a_tunnel_with_another_port()
    {
        environment = On("me@target:5432/db");
        var (_, folder) = await RunAsync(Runbook(Step("a")));
        environment = On("me@target:6543/db");

        var (end, _) = await RunAsync(Runbook(Step("a")), Path.GetFileName(folder));

        Assert.Equal(Verdict.Pass, end.Verdict);
    }

    [Fact]
    public async Task A_run_whose_journal_was_edited_is_refused()
    {
        var (_, folder) = await RunAsync(Runbook(Step("a")));
        var journal = Path.Combine(folder, "journal.jsonl");
        var text = await File.ReadAllTextAsync(journal, Token);
        await File.WriteAllTextAsync(
            journal,
            text.Replace("\"Pass\",\"detail\":\"done\"", "\"Fail\",\"detail\":\"done\""),
            Token
        );

        Assert.Contains(journal, (await RefusedAsync(folder)).Message);
    }

    [Fact]
    public async Task A_folder_that_another_run_is_writing_is_refused()
    {
        var (_, folder) = await RunAsync(Runbook(Step("a")));
        using var held = EvidenceFolder.HoldExisting(folder);

        Assert.Contains("Another run is writing", (await RefusedAsync(folder)).Message);
    }

    private sealed class FullDisk : IRunObserver
    {
        public void Tell(RunEvent what)
        {
            if (what is not Noted)
            {
                throw new IOException("no space left");
            }
        }
    }

    private Task<RefusedException> RefusedAsync(string folder) =>
        Assert.ThrowsAsync<RefusedException>(() => RunAsync(Runbook(Step("a")), Path.GetFileName(folder)));

    private static CutoverEnvironment On(string target) =>
        new("test", EnvironmentKind.Stage)
        {
            Description = new EnvironmentDescription("test", EnvironmentKind.Stage)
            {
                Target = new TargetDescription(target, null, null),
            },
        };

    private async Task<(RunEnd End, string Folder)> RunAsync(
        Runbook runbook,
        string? earlier = null,
        MigrationPlan? plan = null
    )
    {
        using var evidence = earlier is null
            ? EvidenceFolder.Create(runs, "move", clock.GetUtcNow())
            : EvidenceFolder.Open(runs, earlier);
        await using var session = await OpenAsync(evidence, runbook, plan ?? Given.Plan("source: units"));
        return (await session.RunAsync(runbook, Token), evidence.Path);
    }

    private Task<RunSession> OpenAsync(EvidenceFolder evidence, Runbook runbook, MigrationPlan plan)
    {
        var inputs = new RunInputs(plan, PlanText, new SourceTree("test", Clean: true));
        return RunSession.OpenAsync(
            new RunContext(environment, inputs.Plan, evidence, clock),
            inputs,
            runbook,
            inputs.Describe("move", evidence.RunId, "test", clock.GetUtcNow()),
            new RunObservers(clock),
            RunControl.Unattended,
            Token
        );
    }

    /// <summary>Leaves the folder as a process leaves it that was killed after this line of the journal.</summary>
    private static async Task KillAsync(string folder, int afterLine)
    {
        var journal = Path.Combine(folder, "journal.jsonl");
        var lines = await File.ReadAllLinesAsync(journal, Token);
        await File.WriteAllTextAsync(journal, string.Concat(lines.Take(afterLine).Select(line => line + "\n")), Token);
    }

    private static async Task<T> ReadAsync<T>(string folder, string name)
        where T : class => (await EvidenceFile.FindAsync<T>(folder, name, Token))!;

    private static async Task<IReadOnlyList<JournalEntry>> EntriesAsync(string folder) =>
        await JournalFile.ReadAsync(Path.Combine(folder, "journal.jsonl"), Token);

    private static Runbook Runbook(params Step[] steps) =>
        new("test", [new Phase(1, "One", TimeSpan.Zero, TimeSpan.FromMinutes(15), steps)]);

    private static Step Throws(Exception exception) => new("boom", "boom", (_, _, _) => throw exception);

    private Step Step(string id, Verdict verdict = Verdict.Pass) =>
        new(
            id,
            id,
            (_, _, _) =>
            {
                ran.Add(id);
                clock.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(new StepResult(verdict, "done"));
            }
        );
}
