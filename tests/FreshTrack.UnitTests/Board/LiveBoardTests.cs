using System.Net;
using System.Text.RegularExpressions;
using FreshTrack.Cutover.Board;
using FreshTrack.Cutover.Decisions;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;
using FreshTrack.UnitTests.Reporting;
using Microsoft.Extensions.Time.Testing;

namespace FreshTrack.UnitTests.Board;

public sealed partial class LiveBoardTests
{
    private static readonly Step Copy = new(
        "import.rows",
        "Import every part",
        (_, _, _) => Task.FromResult(StepResult.Pass("done"))
    );

    private static readonly Step Switch = Copy with
    {
        Id = "traffic.webhooks",
        Confirmation = "point the webhooks here",
    };

    private static readonly Phase[] Runbook =
    [
        new(1, "Freeze", TimeSpan.Zero, TimeSpan.FromMinutes(15), []),
        new(2, "Data migration", TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(45), [Copy]),
        new(5, "DNS cutover", TimeSpan.FromMinutes(45), TimeSpan.FromMinutes(60), [Switch]),
    ];

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 1, 15, 2, 0, 0, TimeSpan.Zero));
    private readonly LiveBoard board;

    public LiveBoardTests() => board = new LiveBoard("cutover · production", Runbook, clock);

    /// <summary>What is read there; markup that was not escaped would be gone.</summary>
    private string State => Read(board);

    [Fact]
    public void Before_T_0_it_shows_what_is_prepared()
    {
        board.Tell(new WorkStarted("Images"));
        board.Tell(new WorkProgressed("Images", "building api"));

        Assert.Multiple(
            () => Assert.Contains("Preparing", State),
            () => Assert.Contains("Images", State),
            () => Assert.Contains("building api", State)
        );
    }

    [Fact]
    public void A_running_phase_shows_elapsed_against_planned_and_the_next_confirmation()
    {
        Start(Runbook[1], TimeSpan.FromMinutes(2));

        Assert.Multiple(
            () => Assert.Contains("Running", State),
            () => Assert.Contains("Phase 2, Data migration", State),
            () => Assert.Contains("2 min 00 s", State),
            () => Assert.Contains("43 min 00 s left until T+45 min", State),
            () => Assert.Contains("point the webhooks here", State)
        );
    }

    [Fact]
    public void A_phase_over_its_time_is_late()
    {
        Start(Runbook[0], TimeSpan.FromMinutes(16));

        Assert.Contains("late by 1 min 00 s", State);
    }

    [Fact]
    public void Between_two_phases_it_says_which_is_next()
    {
        End(Runbook[0]);

        Assert.Contains("Running", State);
        Assert.Contains("Phase 1 is over, phase 2, Data migration, is next", State);
    }

    [Fact]
    public void A_confirmation_that_is_asked_for_is_the_state_until_it_is_given()
    {
        Ask(Runbook[2], Switch, "point the webhooks here");

        Assert.Contains("Waiting", State);
        Assert.Contains("Phase 5, DNS cutover, waits until it is confirmed: point the webhooks here", State);

        board.Tell(new ConfirmationGiven(Runbook[2], Switch, new Approval("Ada", "Ben")));

        Assert.Contains("Running", State);
        Assert.Contains("nothing more will be asked", State);
    }

    [Fact]
    public void Between_two_phases_nobody_is_waited_for()
    {
        End(Runbook[0]);
        End(Runbook[1]);

        Assert.DoesNotContain("Waiting", State);
        Assert.Contains("in phase 5, planned at T+45 min", State);
    }

    [Fact]
    public void A_step_that_nothing_does_yet_is_announced_because_it_asks()
    {
        var byHand = Step.NotYet("traffic.dns", "Names", "do it by hand") with { Confirmation = "switch the names" };

        Assert.Contains("switch the names", Read(Board(byHand)));
    }

    [Fact]
    public void A_step_that_may_not_ask_is_announced_when_it_asks()
    {
        var clear = Copy with
        {
            Id = "check.clear",
            Confirmation = "clear the target",
            ConfirmWhenAsync = (_, _) => Task.FromResult(true),
        };
        var asking = Board(clear);
        Assert.Contains("nothing more will be asked", Read(asking));

        asking.Tell(new ConfirmationAsked(Runbook[0], clear, clear.Confirmation));

        Assert.Contains("waits until it is confirmed: clear the target", Read(asking));
        Assert.Contains("asked now, in phase 1", Read(asking));
    }

    [Fact]
    public void A_rehearsal_asks_nobody()
    {
        var rehearsal = new LiveBoard("rehearsal", Runbook, clock) { AsksPeople = false };

        Assert.Contains("this run asks nobody", Read(rehearsal));
        Assert.DoesNotContain("point the webhooks here", Read(rehearsal));
    }

    [Fact]
    public void A_run_that_is_continued_keeps_its_T_0_and_what_was_confirmed()
    {
        board.Tell(
            new RunStarted(null!, new Runbook("cutover", Runbook))
            {
                Journal = [Entry(JournalEvent.PhaseStarted, "1"), Entry(JournalEvent.ConfirmationGiven, Switch.Id)],
            }
        );
        clock.Advance(TimeSpan.FromMinutes(50));
        Start(Runbook[2], TimeSpan.FromMinutes(5));

        Assert.Contains("55 min 00 s", State);
        Assert.Contains("5 min 00 s left until", State);
        Assert.Contains("nothing more will be asked", State);
    }

    [Fact]
    public void Time_goes_on_while_a_confirmation_is_waited_for()
    {
        End(Runbook[0]);
        End(Runbook[1]);
        Ask(Runbook[2], Switch, "point the webhooks here");
        clock.Advance(TimeSpan.FromMinutes(20));

        Assert.Contains("26 min 00 s", State);
    }

    [Fact]
    public void Progress_that_knows_its_share_gets_a_bar()
    {
        Start(Runbook[1], TimeSpan.Zero);
        board.Tell(new StepStarted(Copy));
        board.Tell(new StepProgressed(Copy, new StepProgress("1,500 of 2,000 rows", 0.75)));

        Assert.Contains("value=\"75\"", BoardPage.Parts(board.Snapshot())["state"]);
    }

    [Fact]
    public void Progress_without_a_share_has_no_bar_whatever_its_text_says()
    {
        Start(Runbook[1], TimeSpan.Zero);
        board.Tell(new StepStarted(Copy));
        board.Tell(new StepProgressed(Copy, new StepProgress("138 of 276 done, 50%")));

        Assert.DoesNotContain("<progress", BoardPage.Parts(board.Snapshot())["state"]);
    }

    [Fact]
    public void A_failed_step_is_the_state_and_says_why()
    {
        Start(Runbook[1], TimeSpan.Zero);
        board.Tell(new StepEnded(Copy, new StepTiming(Copy.Id, Copy.Title, 0, 1, Verdict.Fail, "3 rows <missing>")));

        Assert.Contains("Failed", State);
        Assert.Contains("Import every part: 3 rows <missing>", State);
    }

    [Fact]
    public void Work_that_ends_a_run_before_its_first_phase_says_why()
    {
        board.Tell(new WorkStarted("Stage"));
        var result = new StepResult(Verdict.Inconclusive, "no engine answers");
        board.Tell(new WorkEnded("Stage", result, TimeSpan.FromSeconds(1)) { Failed = true });

        Assert.Contains("Stopped", State);
        Assert.Contains("Stage: no engine answers", State);
    }

    [Fact]
    public void A_judged_run_shows_its_verdict_with_limit_and_value()
    {
        board.Tell(new RunJudged(SampleRun.Report));

        Assert.Contains("readings_24h p95", State);
        Assert.Contains("415.999 ms", State);
    }

    [Fact]
    public void A_still_page_has_no_script()
    {
        Assert.DoesNotContain("<script", BoardPage.WriteStill(board.Snapshot()));
        Assert.Contains("<script>", BoardPage.WriteLive(board.Snapshot()));
    }

    private static string Read(LiveBoard shown) =>
        WebUtility.HtmlDecode(Tag().Replace(BoardPage.Parts(shown.Snapshot())["state"], " "));

    private LiveBoard Board(Step step) =>
        new("cutover · production", [new(1, "One", TimeSpan.Zero, TimeSpan.FromMinutes(15), [step])], clock);

    private JournalEntry Entry(JournalEvent what, string subject) => new(1, "", clock.GetUtcNow(), what, subject);

    private void Ask(Phase phase, Step step, string question)
    {
        board.Tell(new PhaseStarted(phase));
        board.Tell(new ConfirmationAsked(phase, step, question));
    }

    private void Start(Phase phase, TimeSpan after)
    {
        board.Tell(new PhaseStarted(phase));
        clock.Advance(after);
    }

    private void End(Phase phase)
    {
        Start(phase, TimeSpan.FromMinutes(3));
        board.Tell(
            new PhaseEnded(
                phase,
                new PhaseTiming(
                    phase.Number,
                    phase.Name,
                    phase.PlannedStart.TotalSeconds,
                    phase.PlannedEnd.TotalSeconds,
                    0,
                    180,
                    []
                )
            )
        );
    }

    [GeneratedRegex("<[^>]*>", RegexOptions.None, 1000)]
    private static partial Regex Tag();
}
