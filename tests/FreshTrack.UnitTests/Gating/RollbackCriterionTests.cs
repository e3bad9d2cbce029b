using System.Text.Json;
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
            { "a row still differs", Back(back => back with { RepeatedDifference = 1 }), "rollback", Verdict.Fail },
            { "it failed", Back(back => back with { Verdict = Verdict.Fail }), "rollback", Verdict.Fail },
            { "it took 15 minutes", Back(back => back with { Seconds = 900 }), "rollback", Verdict.Fail },
            {
                "an item could not go back",
                Back(back => back with { NotReturned = ["public.areas 7"] }),
                "rollback",
                Verdict.Warn
            },
            {
                "it is open",
                Back(back => back with { Verdict = Verdict.Inconclusive }),
                "rollback",
                Verdict.Inconclusive
            },
            {
                "fewer than no rows differ",
                Back(back => back with { RepeatedDifference = -1 }),
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
    public void Of_rollback_json_the_gate_reads_its_part_and_demands_all_of_it()
    {
        const string Text = """
            { "verdict": "Pass", "kind": "Undo", "seconds": 12.5, "repeatedDifference": 0, "notReturned": [],
              "more": 1 }
            """;

        Assert.Equal((RollbackKind.Undo, 12.5), Parsed(Text));
        Assert.Throws<JsonException>(() => RollbackSummary.Parse(Text.Replace("\"notReturned\": [],", "")));
        Assert.Throws<JsonException>(() => RollbackSummary.Parse(Text.Replace("\"Pass\"", "-2")));
        Assert.Throws<JsonException>(() => RollbackSummary.Parse("null"));
    }

    private static (RollbackKind, double) Parsed(string text)
    {
        var summary = RollbackSummary.Parse(text);
        return (summary.Kind, summary.Seconds);
    }

    private static Criterion? Line(RunEvidence evidence) =>
        Gate.Judge(evidence, Limits).Criteria.SingleOrDefault(line => line.Name == "rollback");

    private static RunEvidence Back(Func<RollbackSummary, RollbackSummary> change) =>
        Whole with
        {
            Rollback = change(Whole.Rollback!),
        };
}
