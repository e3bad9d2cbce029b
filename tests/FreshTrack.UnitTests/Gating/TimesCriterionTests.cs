using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;
using static FreshTrack.UnitTests.Gating.GoodRun;

namespace FreshTrack.UnitTests.Gating;

/// <summary>The evidence is of the day of the run.</summary>
public sealed class TimesCriterionTests
{
    public static TheoryData<string, RunEvidence, string, Verdict> Spoilt =>
        new()
        {
            {
                "a run that has no end",
                Evidence with
                {
                    Run = Evidence.Run with { EndedAt = null },
                },
                "times",
                Verdict.Inconclusive
            },
            {
                "a baseline from after the run",
                Evidence with
                {
                    Baselines = Earlier(Loaded() with { StartedAt = DateTimeOffset.UnixEpoch.AddDays(1) }),
                },
                "times",
                Verdict.Inconclusive
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
}
