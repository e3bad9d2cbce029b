using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Plan;
using static FreshTrack.UnitTests.Gating.GoodRun;

namespace FreshTrack.UnitTests.Gating;

/// <summary>Every check but counts and contents.</summary>
public sealed class IntegrityCriteriaTests
{
    public static TheoryData<string, RunEvidence, string, Verdict> Spoilt =>
        new()
        {
            {
                "a check of negative rows behind others",
                With("orphans", Check("orphans", "a", -1), Check("orphans", "b", 50)),
                "orphans",
                Verdict.Inconclusive
            },
            {
                "negative violations that make up for others",
                With("orphans", Check("orphans", "a", 50, violations: -2), Check("orphans", "b", 50, Verdict.Fail, 2)),
                "orphans",
                Verdict.Fail
            },
            {
                "more violations than any number holds",
                With(
                    "orphans",
                    Check("orphans", "a", 50, Verdict.Fail, long.MaxValue),
                    Check("orphans", "b", 50, Verdict.Fail, 1)
                ),
                "orphans",
                Verdict.Fail
            },
            {
                "a check that no policy names fails",
                With("sequences", Check("sequences", "public.counter", 1, Verdict.Fail, 1)),
                "sequences",
                Verdict.Fail
            },
            {
                "a check that no policy names is open",
                With("user_map", Check("user_map", "public.users", 60, Verdict.Inconclusive)),
                "user_map",
                Verdict.Inconclusive
            },
            {
                "a check that no policy names passes with violations",
                With("user_map", Check("user_map", "public.users", 60, violations: 1)),
                "user_map",
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
    public void Violations_that_the_policy_tolerates_are_a_warning()
    {
        var tolerant = Limits with { Integrity = [new IntegrityLimit("orphans", 3)] };

        Assert.Equal(
            Verdict.Warn,
            Gate.Judge(With("orphans", Check("orphans", "a", 50, Verdict.Fail, 3)), tolerant).Verdict
        );
        Assert.Equal(
            Verdict.Fail,
            Gate.Judge(
                With("orphans", Check("orphans", "a", 50, Verdict.Fail, 2), Check("orphans", "b", 50, Verdict.Fail, 2)),
                tolerant
            ).Verdict
        );
        Assert.Equal(
            Verdict.Fail,
            Gate.Judge(With("orphans", Check("orphans", "a", 50, Verdict.Fail)), tolerant).Verdict
        );
    }
}
