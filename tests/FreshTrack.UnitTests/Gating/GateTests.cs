using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Plan;
using static FreshTrack.UnitTests.Gating.GoodRun;

namespace FreshTrack.UnitTests.Gating;

/// <summary>The verdict as a whole, and what run.json alone decides.</summary>
public sealed class GateTests
{
    public static TheoryData<string, RunEvidence, string, Verdict> Spoilt =>
        new()
        {
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
                "stand-ins",
                Evidence with
                {
                    Run = Evidence.Run with { StandIns = [new StandIn("radosgw", "minio")] },
                },
                "images",
                Verdict.Warn
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
    public void Good_evidence_passes()
    {
        var result = Gate.Judge(Evidence, Limits);

        Assert.All(result.Criteria, criterion => Assert.True(criterion.Verdict == Verdict.Pass, criterion.Reason));
        Assert.Equal((Verdict.Pass, 0), (result.Verdict, result.Verdict.ExitCode()));
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
            Plan = Planned([.. Evidence.Plan.Tables.Reverse()]),
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
            line =>
                Assert.True(line.Derivation is { Source.Length: > 0, Rule.Length: > 0, Figures.Count: > 0 }, line.Name)
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
}
