using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Plan;
using static FreshTrack.UnitTests.Gating.GoodRun;

namespace FreshTrack.UnitTests.Gating;

/// <summary>Every step of the run's own runbook.</summary>
public sealed class RunbookCriterionTests
{
    public static TheoryData<string, RunEvidence, string, Verdict> Spoilt =>
        new()
        {
            {
                "a step failed",
                Evidence with
                {
                    Timeline = Steps(Verdict.Pass, Verdict.Fail),
                },
                "runbook",
                Verdict.Fail
            },
            {
                "a step is open",
                Evidence with
                {
                    Timeline = Steps(Verdict.Inconclusive),
                },
                "runbook",
                Verdict.Inconclusive
            },
            { "no step was recorded", Evidence with { Timeline = Until(0) }, "runbook", Verdict.Inconclusive },
            {
                "a run that ended before its last step",
                Evidence with
                {
                    Timeline = Until(3),
                },
                "runbook",
                Verdict.Inconclusive
            },
            {
                "a run that ended before its last step, with a warning",
                Evidence with
                {
                    Timeline = Until(3, Verdict.Warn),
                },
                "runbook",
                Verdict.Inconclusive
            },
            { "no timeline", Evidence with { Timeline = null }, "runbook", Verdict.Inconclusive },
            { "no runbook", Evidence with { Runbook = null }, "runbook", Verdict.Inconclusive },
            {
                "a runbook without a step",
                Evidence with
                {
                    Runbook = Planning with { Phases = [] },
                },
                "runbook",
                Verdict.Inconclusive
            },
            {
                "a step that the runbook does not plan",
                Evidence with
                {
                    Runbook = Without("freeze.prove"),
                },
                "runbook",
                Verdict.Inconclusive
            },
            {
                "a step that the runbook plans twice",
                Evidence with
                {
                    Runbook = Planning with { Phases = [.. Planning.Phases, Planning.Phases[0]] },
                },
                "runbook",
                Verdict.Inconclusive
            },
            {
                "a step that was run twice",
                Evidence with
                {
                    Timeline = Steps() with { Phases = [.. Steps().Phases, Steps().Phases[0]] },
                },
                "runbook",
                Verdict.Inconclusive
            },
            {
                "phases in another order",
                Evidence with
                {
                    Timeline = Steps() with { Phases = [.. Steps().Phases.Reverse()] },
                },
                "runbook",
                Verdict.Inconclusive
            },
            {
                "steps in another order",
                Evidence with
                {
                    Timeline = Second(phase => phase with { Steps = [.. phase.Steps.Reverse()] }),
                },
                "runbook",
                Verdict.Inconclusive
            },
            {
                "a phase of another number",
                Evidence with
                {
                    Timeline = Second(phase => phase with { Number = 3 }),
                },
                "runbook",
                Verdict.Inconclusive
            },
            {
                "a phase of another name",
                Evidence with
                {
                    Timeline = Second(phase => phase with { Name = "Move again" }),
                },
                "runbook",
                Verdict.Inconclusive
            },
            {
                "a phase of another window",
                Evidence with
                {
                    Timeline = Second(phase => phase with { PlannedEnd = 31 }),
                },
                "runbook",
                Verdict.Inconclusive
            },
            {
                "a phase of no window",
                Evidence with
                {
                    Timeline = Second(phase => phase with { PlannedStart = double.NaN }),
                },
                "runbook",
                Verdict.Inconclusive
            },
            {
                "a phase that holds the steps of another",
                Evidence with
                {
                    Timeline = new Timeline(
                        DateTimeOffset.UnixEpoch,
                        [
                            Steps().Phases[0] with
                            {
                                Steps = [.. Steps().Phases.SelectMany(phase => phase.Steps)],
                            },
                            Steps().Phases[1] with
                            {
                                Steps = [],
                            },
                        ]
                    ),
                },
                "runbook",
                Verdict.Inconclusive
            },
            {
                "a phase that nobody planned",
                Evidence with
                {
                    Timeline = Steps() with
                    {
                        Phases = [.. Steps().Phases, Steps().Phases[1] with { Number = 3, Steps = [] }],
                    },
                },
                "runbook",
                Verdict.Inconclusive
            },
            {
                "a failed step that the runbook does not plan",
                Evidence with
                {
                    Runbook = Without("freeze.prove"),
                    Timeline = Until(2, Verdict.Pass, Verdict.Fail),
                },
                "runbook",
                Verdict.Fail
            },
        };

    [Theory]
    [MemberData(nameof(Spoilt))]
    public void Evidence_that_is_spoilt_does_not_pass(
        string what,
        RunEvidence evidence,
        string criterion,
        Verdict expected
    ) => Expect(what, evidence, criterion, expected);

    [Fact]
    public void A_step_that_compared_the_data_does_not_repeat_what_its_checks_say()
    {
        var verify = new StepTiming(
            CutoverRunbook.Verify,
            "Compare source and target",
            0,
            14,
            Verdict.Fail,
            "1 Fail of 9 checks; first: contents: public.units differs."
        );
        var timeline = new Timeline(
            DateTimeOffset.UnixEpoch,
            [new PhaseTiming(3, "Data migration", 0, 15, 0, 14, [verify])]
        );

        var line = Gate.Judge(Evidence with { Timeline = timeline }, Limits)
            .Criteria.Single(line => line.Name == "runbook");

        Assert.Equal(
            (Verdict.Fail, "runbook: import.verify: ended with Fail; see its own lines."),
            (line.Verdict, line.Reason)
        );
    }

    [Theory]
    [InlineData("freeze.prove")]
    [InlineData("import.verify")]
    public void A_run_of_fewer_steps_is_judged_by_its_own_runbook(string left)
    {
        var evidence = Evidence with { Runbook = Without(left), Timeline = Without(left, Steps()) };

        Assert.Equal(Verdict.Pass, Gate.Judge(evidence, Limits).Verdict);
    }

    [Fact]
    public void A_run_of_more_steps_is_judged_by_its_own_runbook()
    {
        var planned = GoodRun.Step("load.run", "Put the new system under load");
        var step = new StepTiming(planned.Id, planned.Title, 14, 20, Verdict.Pass, "Said so.");
        var longer = Planning with { Phases = [.. Planning.Phases, new PlannedPhase(7, "Load", 30, 45, [planned])] };
        var timeline = Steps() with
        {
            Phases = [.. Steps().Phases, new PhaseTiming(7, "Load", 30, 45, 14, 20, [step])],
        };

        Assert.Equal(Verdict.Pass, Line(Evidence with { Runbook = longer, Timeline = timeline }).Verdict);
        Assert.Equal("runbook: load.run was not reached.", Line(Evidence with { Runbook = longer }).Reason);
        Assert.Equal(
            "runbook: load.run was not planned by the run's runbook.json.",
            Line(Evidence with { Timeline = timeline }).Reason
        );
    }

    [Fact]
    public void The_runbook_of_a_rehearsal_plans_every_step_of_todays_phases() =>
        Assert.Equal(
            CutoverRunbook.Whole.Steps.Select(step => (step.Id, step.Title)),
            PlannedRunbook
                .Of(CutoverRunbook.Whole)
                .Phases.SelectMany(phase => phase.Steps)
                .Select(step => (step.Id, step.Title))
        );

    private static Criterion Line(RunEvidence evidence) =>
        Gate.Judge(evidence, Limits).Criteria.Single(line => line.Name == "runbook");

    private static PlannedRunbook Without(string step) =>
        Planning with
        {
            Phases =
            [
                .. Planning.Phases.Select(phase =>
                    phase with
                    {
                        Steps = [.. phase.Steps.Where(planned => planned.Id != step)],
                    }
                ),
            ],
        };

    private static Timeline Without(string step, Timeline timeline) =>
        timeline with
        {
            Phases =
            [
                .. timeline.Phases.Select(phase =>
                    phase with
                    {
                        Steps = [.. phase.Steps.Where(timing => timing.Id != step)],
                    }
                ),
            ],
        };

    private static Timeline Second(Func<PhaseTiming, PhaseTiming> change) =>
        Steps() with
        {
            Phases = [Steps().Phases[0], change(Steps().Phases[1])],
        };
}
