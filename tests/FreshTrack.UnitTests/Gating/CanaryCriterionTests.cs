using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Plan;
using static FreshTrack.UnitTests.Gating.GoodRun;

namespace FreshTrack.UnitTests.Gating;

/// <summary>The steps on the canary organization.</summary>
public sealed class CanaryCriterionTests
{
    /// <remarks>The line runbook says the same of a failed step: the gate as a whole is not worse for it.</remarks>
    public static TheoryData<string, RunEvidence, string, Verdict> Spoilt =>
        new()
        {
            { "a smoke test failed", Breach(Verdict.Fail), "canary", Verdict.Fail },
            { "a smoke test is open", Breach(Verdict.Inconclusive), "canary", Verdict.Inconclusive },
            { "a smoke test was not reached", Breach(null), "canary", Verdict.Inconclusive },
            { "no step was recorded", Whole with { Timeline = null }, "canary", Verdict.Inconclusive },
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
    public void A_smoke_test_that_was_not_reached_is_named() =>
        Assert.Equal("canary: canary.breach: it was not reached.", Line(Breach(null))!.Reason);

    [Fact]
    public void A_run_that_plans_no_canary_or_an_absent_one_has_no_such_line()
    {
        Assert.Null(Line(Evidence));
        Assert.Null(
            Line(
                Evidence with
                {
                    Runbook = Planning with
                    {
                        Phases =
                        [
                            .. Planning.Phases,
                            new(6, "Validate", 40, 45, [new("canary.breach", "Breach") { Absent = "it comes later" }]),
                        ],
                    },
                }
            )
        );
    }

    private static Criterion? Line(RunEvidence evidence) =>
        Gate.Judge(evidence, Limits).Criteria.SingleOrDefault(line => line.Name == "canary");

    /// <param name="verdict">Null for a step that was not reached.</param>
    private static RunEvidence Breach(Verdict? verdict) =>
        Whole with
        {
            Timeline = Whole.Timeline! with
            {
                Phases =
                [
                    .. Whole.Timeline.Phases.Select(phase =>
                        phase with
                        {
                            Steps =
                            [
                                .. phase
                                    .Steps.Where(step => step.Id != "canary.breach" || verdict is not null)
                                    .Select(step =>
                                        step.Id == "canary.breach" ? step with { Verdict = verdict!.Value } : step
                                    ),
                            ],
                        }
                    ),
                ],
            },
        };
}
