using FreshTrack.Cutover.Decisions;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.States;
using FreshTrack.Plan;
using Microsoft.Extensions.Time.Testing;

namespace FreshTrack.UnitTests.Cutover;

/// <summary>What the engine does with people's words, and with what it finds after a step.</summary>
public sealed class StepAnswersTests : IDisposable
{
    private readonly string path = Path.Combine(Directory.CreateTempSubdirectory("answers").FullName, "journal.jsonl");
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 1, 15, 2, 0, 0, TimeSpan.Zero));
    private readonly List<string> ran = [];
    private readonly ScriptedDecisions decisions = new();
    private IReadOnlyList<JournalEntry> journal = [];
    private IStateProbe? probe;
    private bool goesBack;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

    [Fact]
    public async Task Confirmation_is_asked_before_the_step_and_kept_with_both_names()
    {
        await RunAsync(Step("a") with { Confirmation = "freeze the old system" });

        Assert.Equal(["freeze the old system"], decisions.Asked);
        Assert.Equal(
            [JournalEvent.ConfirmationAsked, JournalEvent.ConfirmationGiven, JournalEvent.StepStarted],
            journal.Select(entry => entry.Event).Skip(1).Take(3)
        );
        Assert.Equal("Ben", journal[2].Output!["approver"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_was_confirmed_in_an_earlier_process_is_not_asked_again()
    {
        var step = Step("a", Verdict.Fail, Verdict.Pass) with { Confirmation = "freeze the old system" };
        await RunAsync(step);

        await RunAsync(step);

        Assert.Single(decisions.Asked);
        Assert.Equal(["a", "a"], ran);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_confirmation_is_asked_only_when_there_is_something_to_confirm(bool isThere)
    {
        var step = Step("a") with { Confirmation = "clear", ConfirmWhenAsync = (_, _) => Task.FromResult(isThere) };

        await RunAsync(step);

        Assert.Equal(isThere ? ["clear"] : [], decisions.Asked);
        Assert.Equal(["a"], ran);
    }

    [Fact]
    public async Task A_no_begins_nothing()
    {
        decisions.Refuses = true;

        await Assert.ThrowsAsync<RefusedException>(() => RunAsync(Step("a") with { Confirmation = "freeze" }));

        Assert.Empty(ran);
        Assert.DoesNotContain(journal, entry => entry.Event == JournalEvent.StepStarted);
        Assert.Equal(Verdict.Inconclusive, Ended("a"));
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public async Task What_may_have_changed_since_is_asked_by_every_process(bool confirmsAgain, int asked)
    {
        var step = Step("a", Verdict.Fail, Verdict.Pass) with { Confirmation = "write", ConfirmsAgain = confirmsAgain };
        await RunAsync(step);
        await using (var file = await JournalFile.OpenAsync(path, clock, Token))
        {
            await file.AppendAsync(JournalEvent.RunResumed, "test");
        }

        await RunAsync(step);

        Assert.Equal(asked, decisions.Asked.Count);
    }

    [Fact]
    public async Task A_way_back_and_what_no_rollback_follows_are_not_taken_back()
    {
        await RunAsync(Step("a", Verdict.Fail));
        goesBack = true;
        await RunAsync(Step("b", Verdict.Fail));

        Assert.Equal([true, false], decisions.Failed.Select(failed => failed.CanUndo));
    }

    [Fact]
    public async Task A_step_that_failed_is_run_again_until_it_passes()
    {
        decisions.Answers.Enqueue(new Answer.Again());
        decisions.Answers.Enqueue(new Answer.Again());

        var engine = await RunAsync(Step("a", Verdict.Fail, Verdict.Inconclusive, Verdict.Pass), Step("b"));

        Assert.Equal(["a", "a", "a", "b"], ran);
        Assert.Equal(Verdict.Pass, engine.Verdict);
        Assert.Equal(2, journal.Count(entry => entry.Event == JournalEvent.StepRetried));
    }

    [Fact]
    public async Task A_step_that_did_not_pass_is_judged_before_anybody_is_asked()
    {
        var engine = await RunAsync(
            Step("a", Verdict.Fail) with
            {
                JudgedBy = "c",
            },
            Step("b"),
            Step("c", Verdict.Fail)
        );

        Assert.Equal(["a", "c"], ran);
        Assert.Equal(Verdict.Fail, engine.Verdict);
        Assert.Equal("done. c: Fail: done", Assert.Single(decisions.Failed).Result.Summary);
        Assert.Equal(Verdict.Fail, Ended("c"));
    }

    [Fact]
    public async Task A_step_that_threw_can_be_run_again()
    {
        decisions.Answers.Enqueue(new Answer.Again());
        var calls = 0;
        var step = Step("a") with
        {
            RunAsync = (_, _, _) =>
                calls++ > 0
                    ? Task.FromResult(StepResult.Pass("done"))
                    : throw new InvalidOperationException("the disk is full"),
        };

        Assert.Equal(Verdict.Pass, (await RunAsync(step)).Verdict);
    }

    [Fact]
    public async Task A_skippable_step_is_passed_over_with_reason_and_name_and_not_run_by_the_next_process()
    {
        decisions.Answers.Enqueue(new Answer.Skip("the disk is too small", "Ada"));
        var step = Step("a", Verdict.Fail) with { Skippable = true };

        var engine = await RunAsync(step, Step("b"));
        await RunAsync(step, Step("b"));

        Assert.Equal(Verdict.Warn, engine.Verdict);
        Assert.Equal(["a", "b", "b"], ran);
        Assert.Equal("skipped by Ada: the disk is too small", Timing("a").Summary);
    }

    [Fact]
    public async Task Counts_and_contents_cannot_be_skipped()
    {
        decisions.Answers.Enqueue(new Answer.Skip("never mind", "Ada"));

        var engine = await RunAsync(Step("a", Verdict.Fail), Step("b"));

        Assert.Equal(Verdict.Fail, engine.Verdict);
        Assert.Equal(["a"], ran);
    }

    [Fact]
    public async Task Undo_stops_the_run_and_is_refused_once_traffic_has_moved()
    {
        decisions.Answers.Enqueue(new Answer.Undo());
        Assert.True((await RunAsync(Step("a", Verdict.Fail), Step("b"))).IsToUndo);

        File.Delete(path);
        decisions.Answers.Enqueue(new Answer.Undo());
        var moved = await RunAsync(Step(CutoverRunbook.SwitchWebhooks), Step("a", Verdict.Fail));

        Assert.False(moved.IsToUndo);
        Assert.False(decisions.Failed[^1].CanUndo);
        Assert.Equal(["a", CutoverRunbook.SwitchWebhooks, "a"], ran);
    }

    [Fact]
    public async Task A_step_that_nothing_does_yet_says_so_and_changes_nothing()
    {
        var engine = await RunAsync(
            FreshTrack.Cutover.Runbooks.Step.NotYet("a", "a", "do it by hand") with
            {
                Confirmation = "switch the names",
            },
            Step("b")
        );

        Assert.Equal(Verdict.Warn, engine.Verdict);
        Assert.Equal(["b"], ran);
        Assert.Equal("not there yet: do it by hand", Timing("a").Summary);
        Assert.Equal(["switch the names"], decisions.Asked);
    }

    [Fact]
    public async Task A_step_whose_precondition_does_not_hold_is_not_asked_for_and_not_run()
    {
        var engine = await RunAsync(
            Step("a") with
            {
                Confirmation = "freeze",
                PreconditionAsync = (_, _) => Task.FromResult<string?>("the final check is too old"),
            }
        );

        Assert.Equal(Verdict.Inconclusive, engine.Verdict);
        Assert.Empty(decisions.Asked);
        Assert.Empty(ran);
        Assert.Equal("cannot begin: the final check is too old", Timing("a").Summary);
    }

    [Fact]
    public async Task An_action_counts_only_with_its_verification()
    {
        var engine = await RunAsync(
            Step("a") with
            {
                VerifyAsync = (_, _, _) => Task.FromResult(new StepResult(Verdict.Fail, "one part is damaged")),
            },
            Step("b")
        );

        Assert.Equal(Verdict.Fail, engine.Verdict);
        Assert.Equal("done; one part is damaged", Timing("a").Summary);
    }

    [Fact]
    public async Task A_state_that_is_not_the_declared_one_fails_the_step()
    {
        probe = new FixedProbe(new ObservedState { Source = SourceAccess.Open });

        var engine = await RunAsync(Step("a") with { Transition = new Transition { Source = SourceAccess.Frozen } });

        Assert.Equal(Verdict.Fail, engine.Verdict);
        Assert.Contains("but the source is open, expected frozen", Timing("a").Summary);
    }

    [Fact]
    public async Task A_source_that_thaws_later_fails_the_step_that_finds_it()
    {
        var seen = new FixedProbe(new ObservedState { Source = SourceAccess.Frozen });
        probe = seen;
        var freeze = Step("a") with { Transition = new Transition { Source = SourceAccess.Frozen } };
        var thaw = Step("b") with
        {
            RunAsync = (_, _, _) =>
            {
                seen.State = new ObservedState { Source = SourceAccess.Open };
                return Task.FromResult(StepResult.Pass("exported"));
            },
        };

        Assert.Equal(Verdict.Fail, (await RunAsync(freeze, thaw)).Verdict);
        Assert.Contains("exported; but the source is open, expected frozen", Timing("b").Summary);
    }

    [Fact]
    public async Task A_step_that_is_repeated_is_not_measured_by_what_later_steps_did_before_the_crash()
    {
        // The process died after b: both are run again, and at a the source is frozen already.
        probe = new FixedProbe(new ObservedState { Source = SourceAccess.Frozen });
        var first = Step("a") with { Transition = new Transition { OldMaintenance = Switch.On } };
        var second = Step("b") with { Transition = new Transition { Source = SourceAccess.Frozen } };
        await using (var earlier = JournalFile.Create(path, clock))
        {
            await earlier.AppendAsync(JournalEvent.PhaseStarted, "1");
            await earlier.AppendAsync(JournalEvent.StepStarted, "a");
            await earlier.AppendAsync(JournalEvent.StepEnded, "a", "Pass");
            await earlier.AppendAsync(JournalEvent.StepStarted, "b");
        }

        Assert.Equal(Verdict.Pass, (await RunAsync(first, second)).Verdict);
    }

    [Theory]
    [InlineData(17, 0)]
    [InlineData(23, 1)]
    public async Task A_phase_that_is_half_its_window_late_is_asked_about(int minutes, int asked)
    {
        await RunAsync(Step("a", minutes), Step("b"));

        Assert.Equal(asked, decisions.Late.Count);
    }

    [Fact]
    public async Task Stopping_a_late_phase_leaves_it_to_be_resumed()
    {
        decisions.Answers.Enqueue(new Answer.Stop());

        var engine = await RunAsync(Step("a", 30), Step("b"));

        Assert.Equal(["a"], ran);
        Assert.Equal(Verdict.Inconclusive, engine.Verdict);
    }

    private async Task<RunbookEngine> RunAsync(params Step[] steps)
    {
        var runbook = new Runbook("test", [new(1, "One", TimeSpan.Zero, TimeSpan.FromMinutes(15), steps)])
        {
            Begins = CutoverState.Before,
            GoesBack = goesBack,
        };
        await using var file = File.Exists(path)
            ? await JournalFile.OpenAsync(path, clock, Token)
            : JournalFile.Create(path, clock);
        var passed = file
            .Entries.Where(entry => entry is { Event: JournalEvent.StepSkipped })
            .ToDictionary(entry => entry.Subject);
        var engine = new RunbookEngine(file, passed, new RunObservers(clock), () => Task.CompletedTask)
        {
            Decisions = decisions,
            Probe = probe,
            Clock = clock,
        };
        try
        {
            await engine.RunAsync(runbook, null!, Token);
        }
        finally
        {
            journal = [.. file.Entries];
        }

        return engine;
    }

    private StepTiming Timing(string step) =>
        Timeline
            .Of(
                new PlannedRunbook(
                    "test",
                    [new(1, "One", 0, 900, [.. journal.Select(entry => entry.Subject).Distinct().Select(Planned)])]
                ),
                journal
            )
            .Phases.SelectMany(phase => phase.Steps)
            .Single(item => item.Id == step);

    private Verdict Ended(string step) => Timing(step).Verdict;

    private static PlannedStep Planned(string id) => FreshTrack.UnitTests.Gating.GoodRun.Step(id, id);

    private Step Step(string id, params Verdict[] verdicts) => Step(id, 1, verdicts);

    private Step Step(string id, int minutes, params Verdict[] verdicts)
    {
        var left = new Queue<Verdict>(verdicts);
        return new Step(
            id,
            id,
            (_, _, _) =>
            {
                ran.Add(id);
                clock.Advance(TimeSpan.FromMinutes(minutes));
                return Task.FromResult(
                    new StepResult(left.TryDequeue(out var verdict) ? verdict : Verdict.Pass, "done")
                );
            }
        );
    }

    private sealed class FixedProbe(ObservedState state) : IStateProbe
    {
        public ObservedState State { get; set; } = state;

        public Task<ObservedState> ReadAsync(RunContext run, CancellationToken cancellationToken) =>
            Task.FromResult(State);
    }

    private sealed class ScriptedDecisions : IDecisions
    {
        public bool Refuses { get; set; }

        public List<string> Asked { get; } = [];

        public List<FailedStep> Failed { get; } = [];

        public List<LatePhase> Late { get; } = [];

        public Queue<Answer> Answers { get; } = new();

        public Task<Approval> ConfirmAsync(RunContext run, Phase phase, Step step, CancellationToken cancellationToken)
        {
            Asked.Add(step.Confirmation!);
            return Refuses
                ? throw new RefusedException("'no' was typed. Nothing was changed.")
                : Task.FromResult(new Approval("Ada", "Ben"));
        }

        public Task<Answer> AnswerAsync(RunContext run, FailedStep failed, CancellationToken cancellationToken)
        {
            Failed.Add(failed);
            return Task.FromResult(Next(new Answer.Stop()));
        }

        public Task<Answer> AnswerAsync(RunContext run, LatePhase late, CancellationToken cancellationToken)
        {
            Late.Add(late);
            return Task.FromResult(Next(new Answer.Again()));
        }

        private Answer Next(Answer otherwise) => Answers.TryDequeue(out var answer) ? answer : otherwise;
    }
}
