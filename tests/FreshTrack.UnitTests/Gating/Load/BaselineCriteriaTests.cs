using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Plan;
using static FreshTrack.UnitTests.Gating.GoodRun;

namespace FreshTrack.UnitTests.Gating;

/// <summary>This run against the last passing ones.</summary>
public sealed class BaselineCriteriaTests
{
    public static TheoryData<string, RunEvidence, string, Verdict> Spoilt =>
        new()
        {
            {
                "a baseline that nobody looked for",
                Evidence with
                {
                    Baselines = null,
                },
                "readings_24h p95 against baseline",
                Verdict.Inconclusive
            },
            {
                "worse than the baseline",
                Evidence with
                {
                    Baselines = Earlier(Enumerable.Repeat(Loaded(p95: 26), 5)),
                },
                "readings_24h p95 against baseline",
                Verdict.Fail
            },
            {
                "a baseline and too few seconds",
                With(Result() with { PerSecond = [.. Result().PerSecond.Take(9)] }) with
                {
                    Baselines = Earlier(Enumerable.Repeat(Loaded(), 5)),
                },
                "readings_24h p95 against baseline",
                Verdict.Inconclusive
            },
            {
                "a baseline and a second that was not measured",
                With(
                    Result() with
                    {
                        PerSecond = [.. Result().PerSecond.Skip(1), new SecondResult(0, 120, 0, 10, double.NaN)],
                    }
                ) with
                {
                    Baselines = Earlier(Enumerable.Repeat(Loaded(), 5)),
                },
                "readings_24h p95 against baseline",
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

    [Fact]
    public void Fewer_baselines_than_asked_for_are_not_judged()
    {
        // Of five earlier runs one cannot be trusted, and one was stopped.
        var unreliable = new LoadResult(
            "open-model",
            DateTimeOffset.UnixEpoch,
            [Result() with { Unreliable = "busy" }]
        );
        var result = Gate.Judge(
            Evidence with
            {
                Baselines = Earlier([
                    .. Enumerable.Repeat(Loaded(p95: 1), 3),
                    unreliable,
                    Loaded(p95: 1) with
                    {
                        Stopped = "too slow",
                    },
                ]),
            },
            Limits
        );

        Assert.Equal(
            "not judged (3 of 5)",
            result.Criteria.Single(line => line.Name == "readings_24h p95 against baseline").Measured
        );
        Assert.Equal(Verdict.Pass, result.Verdict);
    }

    [Fact]
    public void A_run_is_not_compared_with_runs_at_another_rate()
    {
        var quiet = Loaded(p95: 1) with
        {
            Scenarios = [.. Loaded(p95: 1).Scenarios.Select(result => result with { RatePerSecond = 10 })],
        };
        var result = Gate.Judge(Evidence with { Baselines = Earlier(Enumerable.Repeat(quiet, 5)) }, Limits);

        Assert.Equal(
            "not judged (0 of 5)",
            result.Criteria.Single(line => line.Name == "readings_24h p95 against baseline").Measured
        );
    }
}
