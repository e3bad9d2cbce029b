using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Plan;
using static FreshTrack.UnitTests.Gating.GoodRun;

namespace FreshTrack.UnitTests.Gating;

/// <summary>Requests, percentiles and error rate of every scenario.</summary>
public sealed class LatencyCriteriaTests
{
    public static TheoryData<string, RunEvidence, string, Verdict> Spoilt =>
        new()
        {
            {
                "a rate that is no number",
                With(Result() with { RatePerSecond = double.NaN }),
                "readings_24h error rate",
                Verdict.Inconclusive
            },
            {
                "a load of no time",
                With(Result() with { DurationSeconds = 0 }),
                "readings_24h requests",
                Verdict.Inconclusive
            },
            {
                "a scenario without limits",
                Evidence with
                {
                    Load = Evidence.Load! with
                    {
                        Scenarios = [.. Evidence.Load.Scenarios, Result("alerts_list", failed: 2640)],
                    },
                },
                "alerts_list limits",
                Verdict.Warn
            },
            { "p95 at its limit", With(Result(p95: 150)), "readings_24h p95", Verdict.Fail },
            { "p95 is NaN", With(Result(p95: double.NaN)), "readings_24h p95", Verdict.Inconclusive },
            { "p95 is zero", With(Result(p95: 0)), "readings_24h p95", Verdict.Inconclusive },
            {
                "p95 of the good ones is over",
                With(Result() with { OkLatency = new Latency(1, 1, 151, 160, 170, 1) }),
                "readings_24h p95",
                Verdict.Fail
            },
            { "p99 over its limit", With(Result(p99: 300.001)), "readings_24h p99", Verdict.Fail },
            { "p99 is infinite", With(Result(p99: double.PositiveInfinity)), "readings_24h p99", Verdict.Inconclusive },
            { "5.00% errors", With(Result(requests: 2500, failed: 125)), "readings_24h error rate", Verdict.Fail },
            { "zero requests", With(Result(requests: 0)), "readings_24h error rate", Verdict.Inconclusive },
            { "too few requests", With(Result(requests: 1999)), "readings_24h requests", Verdict.Inconclusive },
            {
                "too few requests, all failed",
                With(Result(requests: 1999, failed: 1999)),
                "readings_24h error rate",
                Verdict.Inconclusive
            },
            {
                "a run that stopped early",
                With(Result() with { Planned = 5000 }),
                "readings_24h requests",
                Verdict.Inconclusive
            },
            {
                "unreliable",
                With(Result() with { Unreliable = "the machine was busy" }),
                "readings_24h p99",
                Verdict.Inconclusive
            },
            {
                "counts that do not add up",
                With(Result() with { Ok = 1 }),
                "readings_24h error rate",
                Verdict.Inconclusive
            },
            {
                "more requests than were planned",
                With(Result() with { Planned = 2000 }),
                "readings_24h requests",
                Verdict.Inconclusive
            },
            {
                "a plan of no request",
                With(Result() with { Planned = 0 }),
                "readings_24h error rate",
                Verdict.Inconclusive
            },
            {
                "negative counts that add up",
                With(Result() with { Requests = 2640, Ok = 2650, Failed = -10 }),
                "readings_24h error rate",
                Verdict.Inconclusive
            },
            { "a p95 above its p99", With(Result(p95: 60, p99: 40)), "readings_24h p99", Verdict.Inconclusive },
            {
                "a p99 above the longest",
                With(Result() with { Latency = new Latency(10, 20, 40, 60, 50, 15) }),
                "readings_24h p99",
                Verdict.Inconclusive
            },
            {
                "a negative median",
                With(Result() with { Latency = new Latency(-1, 20, 40, 60, 80, 15) }),
                "readings_24h p95",
                Verdict.Inconclusive
            },
            {
                "good requests without latency",
                With(Result() with { OkLatency = null }),
                "readings_24h p95",
                Verdict.Inconclusive
            },
            {
                "latencies below the service times",
                With(Result() with { ServiceTime = new Latency(10, 20, 400, 600, 800, 15) }),
                "readings_24h p95",
                Verdict.Inconclusive
            },
            {
                "a p95 below that of the service times",
                With(Result() with { ServiceTime = new Latency(10, 20, 41, 60, 80, 15) }),
                "readings_24h p95",
                Verdict.Inconclusive
            },
            {
                "a p99 below that of the service times",
                With(Result() with { ServiceTime = new Latency(10, 20, 40, 61, 80, 15) }),
                "readings_24h p99",
                Verdict.Inconclusive
            },
            {
                "a p95 of the good ones above their p99",
                With(Result() with { OkLatency = new Latency(10, 20, 40, 39, 80, 15) }),
                "readings_24h p99",
                Verdict.Inconclusive
            },
            { "no load result", Evidence with { Load = null }, "ttn_ingestion p95", Verdict.Inconclusive },
            {
                "a load that was stopped",
                Evidence with
                {
                    Load = Evidence.Load! with { Stopped = "nobody knows why" },
                },
                "readings_24h p95",
                Verdict.Inconclusive
            },
            {
                "a load that was stopped for being slow",
                With(Result(p95: 400)) with
                {
                    Load = Loaded(p95: 400) with { Stopped = "p95 was 400 ms" },
                },
                "readings_24h p95",
                Verdict.Fail
            },
            {
                "arrivals that were held back",
                With(Result() with { NotSent = 14 }),
                "readings_24h p95",
                Verdict.Inconclusive
            },
            {
                "arrivals held back below nothing",
                With(Result() with { NotSent = -1 }),
                "readings_24h p95",
                Verdict.Inconclusive
            },
            {
                "arrivals held back by a slow target",
                With(Result(p95: 400) with { NotSent = 14 }),
                "readings_24h p95",
                Verdict.Fail
            },
            {
                "a missing scenario",
                Evidence with
                {
                    Load = Evidence.Load! with { Scenarios = [Result()] },
                },
                "ttn_ingestion p95",
                Verdict.Inconclusive
            },
            {
                "a scenario twice",
                Evidence with
                {
                    Load = Evidence.Load! with { Scenarios = [Result("ttn_ingestion"), Result(), Result()] },
                },
                "readings_24h p95",
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

    [Theory]
    [InlineData(2500, 124, Verdict.Pass)]
    [InlineData(2500, 125, Verdict.Fail)]
    [InlineData(20001, 1000, Verdict.Pass)]
    public void Error_rates_are_judged_by_counts(long requests, long failed, Verdict expected) =>
        Assert.Equal(expected, Gate.Judge(With(Result(requests: requests, failed: failed)), Limits).Verdict);

    [Fact]
    public void A_line_says_what_was_measured_and_what_was_wanted()
    {
        var result = Gate.Judge(With(Result(requests: 2500, failed: 125, p95: 412.3)), Limits);

        Assert.Contains(
            "readings_24h p95 412.3 ms, limit < 150 ms.",
            result.Criteria.Select(criterion => criterion.Reason)
        );
        Assert.Contains(
            "readings_24h error rate 5% (125 of 2,500), limit < 5%; answers: 200 × 2,375, 500 × 125.",
            result.Criteria.Select(criterion => criterion.Reason)
        );
    }

    [Fact]
    public void A_policy_without_latency_asks_for_no_load() =>
        Assert.Equal(Verdict.Pass, Gate.Judge(Evidence with { Load = null }, Limits with { Latency = [] }).Verdict);

    [Fact]
    public void A_load_result_is_written_and_read_with_its_NaN()
    {
        var written = EvidenceJson.Serialize(
            "load",
            new LoadResult("open-model", DateTimeOffset.UnixEpoch, [Result(p95: double.NaN)])
        );

        Assert.Equal(written, EvidenceJson.Serialize("load", EvidenceJson.Deserialize<LoadResult>(written)));
        Assert.True(double.IsNaN(EvidenceJson.Deserialize<LoadResult>(written).Scenarios[0].Latency.P95));
    }
}
