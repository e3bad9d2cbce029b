using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Plan;
using static FreshTrack.UnitTests.Gating.GoodRun;

namespace FreshTrack.UnitTests.Gating;

/// <summary>The way back.</summary>
public sealed class RollbackCriterionTests
{
    public static TheoryData<string, RunEvidence, string, Verdict> Spoilt =>
        new()
        {
            {
                "a row still differs",
                Back(back => back with { Repeated = [new TableRows("public.areas", 1)] }),
                "rollback",
                Verdict.Fail
            },
            { "the target is lost", Back(back => back with { Way = RollbackWay.Loss }), "rollback", Verdict.Fail },
            { "it took 15 minutes", Back(back => back with { Seconds = 900 }), "rollback", Verdict.Fail },
            {
                "an item could not go back",
                Back(back => back with { NotReturned = [new NotReturned("public.areas 7", "no key", 1)] }),
                "rollback",
                Verdict.Warn
            },
            {
                "it was not compared again",
                Back(back => back with { Repeated = null }),
                "rollback",
                Verdict.Inconclusive
            },
            {
                "fewer than no rows differ",
                Back(back => back with { Repeated = [new TableRows("public.areas", -1)] }),
                "rollback",
                Verdict.Inconclusive
            },
            {
                "a time that is none",
                Back(back => back with { Seconds = double.NaN }),
                "rollback",
                Verdict.Inconclusive
            },
            { "it was planned and left nothing", Whole with { Rollback = null }, "rollback", Verdict.Inconclusive },
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
    public void A_way_back_that_passed_says_its_kind_and_time() =>
        Assert.Equal("rollback: return in 41.0 s, and no row differs.", Line(Whole)!.Reason);

    [Fact]
    public void A_run_that_plans_no_way_back_has_no_such_line() => Assert.Null(Line(Evidence));

    [Fact]
    public void An_undo_compares_nothing_and_passes() =>
        Assert.Equal(Verdict.Pass, Line(Back(back => back with { Way = RollbackWay.Undo, Repeated = null }))!.Verdict);

    private static Criterion? Line(RunEvidence evidence) =>
        Gate.Judge(evidence, Limits).Criteria.SingleOrDefault(line => line.Name == "rollback");

    private static RunEvidence Back(Func<RollbackReport, RollbackReport> change) =>
        Whole with
        {
            Rollback = change(Whole.Rollback!),
        };
}
