using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Runbook;
using FreshTrack.Plan;
using FreshTrack.Verification;
using static FreshTrack.UnitTests.Gating.GoodRun;

namespace FreshTrack.UnitTests.Gating;

public sealed class GateTests
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
                "a fault that no limit found",
                Evidence with
                {
                    Run = Evidence.Run with { Inject = "slow-api" },
                },
                "injected",
                Verdict.Inconclusive
            },
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
                "the plan is empty",
                Evidence with
                {
                    Plan = Evidence.Plan with { Tables = [] },
                },
                "counts",
                Verdict.Inconclusive
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
                    Timeline = Until(11),
                },
                "runbook",
                Verdict.Inconclusive
            },
            {
                "a run that ended before its last step, with a warning",
                Evidence with
                {
                    Timeline = Until(11, Verdict.Warn),
                },
                "runbook",
                Verdict.Inconclusive
            },
            { "no timeline", Evidence with { Timeline = null }, "runbook", Verdict.Inconclusive },
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
            {
                "stand-ins",
                Evidence with
                {
                    Run = Evidence.Run with { StandIns = [new StandIn("radosgw", "minio")] },
                },
                "images",
                Verdict.Warn
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
    )
    {
        var result = Gate.Judge(evidence, Limits);

        Assert.Equal(
            (what, expected, expected),
            (what, result.Criteria.Single(line => line.Name == criterion).Verdict, result.Verdict)
        );
    }

    [Fact]
    public void Good_evidence_passes()
    {
        var result = Gate.Judge(Evidence, Limits);

        Assert.All(result.Criteria, criterion => Assert.True(criterion.Verdict == Verdict.Pass, criterion.Reason));
        Assert.Equal((Verdict.Pass, 0), (result.Verdict, result.Verdict.ExitCode()));
    }

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

    [Fact]
    public void A_known_failure_outranks_an_open_question()
    {
        var result = Gate.Judge(
            With("counts", Check("counts", "public.units", 50, Verdict.Fail, 1)) with
            {
                Load = null,
            },
            Limits
        );

        Assert.Equal((Verdict.Fail, 2), (result.Verdict, result.Verdict.ExitCode()));
        Assert.Equal(3, Gate.Judge(Evidence with { Load = null }, Limits).Verdict.ExitCode());
    }

    [Fact]
    public void A_policy_without_latency_asks_for_no_load() =>
        Assert.Equal(Verdict.Pass, Gate.Judge(Evidence with { Load = null }, Limits with { Latency = [] }).Verdict);

    [Fact]
    public void Equal_evidence_gives_equal_bytes_in_any_order()
    {
        StandIn[] standIns = [new("radosgw", "minio"), new("debian", "aspnet")];
        var evidence = With(Result(failed: 200, p95: 1412.375)) with
        {
            Run = Evidence.Run with { StandIns = standIns },
        };
        var first = EvidenceJson.Serialize("gate", Gate.Judge(evidence, Limits));
        var turned = evidence with
        {
            Verification = Verified([.. Checks.Reverse()]),
            Plan = Evidence.Plan with { Tables = [.. Evidence.Plan.Tables.Reverse()] },
            Run = Evidence.Run with { StandIns = [.. standIns.Reverse()] },
        };

        Assert.Equal(first, EvidenceJson.Serialize("gate", Gate.Judge(turned, Limits)));
        Assert.Equal(first, EvidenceJson.Serialize("gate", EvidenceJson.Deserialize<GateResult>(first)));
        Assert.Contains("1412.375 ms", first);
    }

    [Fact]
    public void Every_line_says_how_it_was_reached()
    {
        var judged = Gate.Judge(Evidence with { Baselines = Earlier(Enumerable.Repeat(Loaded(p95: 26), 5)) }, Limits);

        Assert.All(
            judged.Criteria,
            line => Assert.True(line.Working is { Source.Length: > 0, Rule.Length: > 0, Figures.Count: > 0 }, line.Name)
        );
        var text = string.Join('\n', Explanation.Of(judged));
        Assert.Equal(
            text,
            string.Join(
                '\n',
                Explanation.Of(EvidenceJson.Deserialize<GateResult>(EvidenceJson.Serialize("gate", judged)))
            )
        );
        Assert.Contains(
            """
            Fail  readings_24h p95 against baseline: +14 ms, p < 0.0001, wanted < 6.5 ms above 26 ms
                from  load.json and baseline.json runs[].load, scenarios[readings_24h].perSecond[].p95
            """,
            text
        );
        Assert.Contains(
            "          earlier runs at the same rate: 5 of 5, 110 seconds\n          this run: 22 seconds\n "
                + "         median of the earlier runs: 26 ms\n",
            text
        );
    }

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
            (Verdict.Fail, "runbook: import.verify: came to Fail; its checks have their own lines."),
            (line.Verdict, line.Reason)
        );
    }

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
