using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;
using FreshTrack.Verification;
using static FreshTrack.UnitTests.Gating.GoodRun;

namespace FreshTrack.UnitTests.Gating;

/// <summary>Counts and contents of every planned table.</summary>
public sealed class TableCriteriaTests
{
    public static TheoryData<string, RunEvidence, string, Verdict> Spoilt =>
        new()
        {
            {
                "counts differ",
                With("counts", Check("counts", "public.units", 50, Verdict.Fail, 1), Check("counts", "public.hubs", 0)),
                "counts",
                Verdict.Fail
            },
            {
                "a table was not counted",
                With("counts", Check("counts", "public.units", 50)),
                "counts",
                Verdict.Inconclusive
            },
            { "no table was counted", With("counts"), "counts", Verdict.Inconclusive },
            {
                "a table with rows compared none",
                With("counts", Check("counts", "public.units", 0), Check("counts", "public.hubs", 3)),
                "counts",
                Verdict.Inconclusive
            },
            {
                "a count could not run",
                With(
                    "counts",
                    Check("counts", "public.units", 50, Verdict.Inconclusive),
                    Check("counts", "public.hubs", 0)
                ),
                "counts",
                Verdict.Inconclusive
            },
            {
                "a count passes with violations",
                With("counts", Check("counts", "public.units", 50, violations: 1), Check("counts", "public.hubs", 0)),
                "counts",
                Verdict.Fail
            },
            {
                "contents differ",
                With(
                    "contents",
                    Check("contents", "public.units", 50, Verdict.Fail, 2),
                    Check("contents", "public.hubs", 0)
                ),
                "contents",
                Verdict.Fail
            },
            {
                "contents were not compared",
                With("contents", Check("contents", "public.hubs", 5)),
                "contents",
                Verdict.Inconclusive
            },
            {
                "contents of nothing",
                With("contents", Check("contents", "public.units", 0), Check("contents", "public.hubs", 0)),
                "contents",
                Verdict.Inconclusive
            },
            {
                "fewer rows compared than counted",
                With("contents", Check("contents", "public.units", 49), Check("contents", "public.hubs", 0)),
                "contents",
                Verdict.Inconclusive
            },
            {
                "fewer rows counted than compared",
                With("counts", Check("counts", "public.units", 49), Check("counts", "public.hubs", 0)),
                "counts",
                Verdict.Inconclusive
            },
            {
                "a table of negative rows",
                With("counts", Check("counts", "public.units", 50), Check("counts", "public.hubs", -1)),
                "counts",
                Verdict.Inconclusive
            },
            {
                "another table in another case",
                With("contents", Check("contents", "public.Units", 50), Check("contents", "public.hubs", 0)),
                "contents",
                Verdict.Inconclusive
            },
            {
                "a count that passes with another number on either side",
                With(
                    "counts",
                    Check("counts", "public.units", 50) with
                    {
                        Sides = new SideRows(50, 49),
                    },
                    Check("counts", "public.hubs", 0)
                ),
                "counts",
                Verdict.Fail
            },
            {
                "a count that warns of violations",
                With("counts", Check("counts", "public.units", 50, Verdict.Warn, 1), Check("counts", "public.hubs", 0)),
                "counts",
                Verdict.Fail
            },
            {
                "a count that warns and saw no row",
                With("counts", Check("counts", "public.units", 0, Verdict.Warn), Check("counts", "public.hubs", 3)),
                "counts",
                Verdict.Inconclusive
            },
            {
                "contents that warn and saw fewer rows",
                With(
                    "contents",
                    Check("contents", "public.units", 49, Verdict.Warn),
                    Check("contents", "public.hubs", 0)
                ),
                "contents",
                Verdict.Inconclusive
            },
            {
                "a table that the plan does not name",
                With("counts", [.. Checks.Where(item => item.Check == "counts"), Check("counts", "public.sites", 5)]),
                "counts",
                Verdict.Inconclusive
            },
            {
                "a table counted twice",
                With("counts", [.. Checks.Where(item => item.Check == "counts"), Check("counts", "public.units", 50)]),
                "counts",
                Verdict.Inconclusive
            },
            {
                "more rows than any number holds",
                With("counts", Check("counts", "public.units", long.MaxValue), Check("counts", "public.hubs", 1)),
                "contents",
                Verdict.Inconclusive
            },
            { "the plan is empty", Evidence with { Plan = Planned([]) }, "counts", Verdict.Inconclusive },
        };

    [Theory]
    [MemberData(nameof(Spoilt))]
    public void Evidence_that_is_spoilt_does_not_pass(
        string what,
        RunEvidence evidence,
        string criterion,
        Verdict expected
    ) => Expect(what, evidence, criterion, expected);
}
