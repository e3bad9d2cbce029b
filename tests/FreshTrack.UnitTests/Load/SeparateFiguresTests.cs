using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Load;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Load;

/// <summary>A runner that keeps good and failed requests apart
/// must not look better in load.json than it measured.</summary>
public sealed class SeparateFiguresTests
{
    private static readonly LatencyLimit Limit = new("ttn_ingestion", 100, 250, 0.05m, 100);
    private static readonly ScenarioRun Run = Given.Run(
        Given.Scenario("ttn_ingestion", (_, _) => ValueTask.FromResult(default(RequestOutcome))),
        rate: 10,
        seconds: 20
    );
    private static readonly Latency Fast = new(10, 20, 50, 60, 70, 12);
    private static readonly Latency Slow = new(5, 30, 400, 500, 600, 40);

    [Fact]
    public void A_percentile_of_all_requests_is_the_larger_of_good_and_failed()
    {
        var result = Figures(ok: 190, failed: 10).Of(Run, unreliable: null);

        Assert.Equal(new Latency(10, 30, 400, 500, 600, 13.4), result.Latency);
        Assert.Equal((200, 190, 10, 200), (result.Requests, result.Ok, result.Failed, result.Planned));
        Assert.Equal((Fast, Slow), (result.OkLatency, result.FailedLatency));
    }

    [Fact]
    public void Figures_of_no_request_are_none()
    {
        Assert.Null(Figures(ok: 200, failed: 0).Of(Run, unreliable: null).FailedLatency);
        Assert.Equal(Fast, Figures(ok: 200, failed: 0).Of(Run, unreliable: null).Latency);
        Assert.Equal(Slow, Figures(ok: 0, failed: 200).Of(Run, unreliable: null).Latency);
        Assert.True(double.IsNaN(Figures(ok: 0, failed: 0).Of(Run, unreliable: null).Latency.P95));
    }

    [Fact]
    public void The_gate_judges_them_by_the_same_limits()
    {
        Assert.Equal(Verdict.Pass, Judge(Figures(ok: 200, failed: 0).Of(Run, unreliable: null)));
        Assert.Equal(Verdict.Fail, Judge(Figures(ok: 195, failed: 5).Of(Run, unreliable: null)));
    }

    [Fact]
    public void What_the_runner_says_not_to_trust_is_inconclusive_however_good() =>
        Assert.Equal(
            Verdict.Inconclusive,
            Judge(Figures(ok: 200, failed: 0).Of(Run, unreliable: "it does not measure how late it sends"))
        );

    private static SeparateFigures Figures(long ok, long failed) =>
        new(
            ok,
            Fast,
            failed,
            Slow,
            new Dictionary<string, long> { ["200"] = ok, ["500"] = failed },
            ResponseBytes: 1_000
        );

    private static Verdict Judge(ScenarioResult result) =>
        Gate.JudgeLoad(new LoadResult("other", DateTimeOffset.UnixEpoch, [result]), [Limit]).Verdict;
}
