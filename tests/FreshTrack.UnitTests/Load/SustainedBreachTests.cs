using FreshTrack.Cutover.Gating;
using FreshTrack.Load;
using Microsoft.Extensions.Time.Testing;

namespace FreshTrack.UnitTests.Load;

/// <summary>Which answers end a run. All but one test go through the arrivals on a clock of their own, so that no
/// answer is slow because the machine is.</summary>
public sealed class SustainedBreachTests
{
    private static readonly LatencyLimit Limit = new(
        "judged",
        P95Ms: 100,
        P99Ms: 250,
        ErrorRate: 0.05m,
        MinRequests: 100
    );

    private static readonly RequestOutcome Good = new(Succeeded: true, "200", 0);
    private static readonly RequestOutcome Bad = new(Succeeded: false, "500", 0);

    [Fact]
    public async Task A_scenario_that_can_only_fail_stops_the_run()
    {
        var result = await new LoadRunner(new LoadOptions { Limits = [Limit], BreachSeconds = 2 }).RunAsync(
            [Given.Run(Given.Scenario("judged", (_, _) => new(Bad)), 100, 60)],
            null,
            TestContext.Current.CancellationToken
        );

        Assert.Contains("judged missed p95 < 100 ms or an error rate < 5% in each of the last", result.Stopped);
        var scenario = result.Scenarios.Single();
        Assert.InRange(scenario.Requests, 100, 5_999);
        Assert.Equal((scenario.Requests, scenario.Requests), (scenario.Planned, scenario.Failed));
    }

    [Fact]
    public async Task Errors_stop_the_run_once_the_last_seconds_missed_and_the_plan_is_lost() =>
        Assert.Equal(3, await StoppedAtAsync(_ => Bad, Limit));

    [Fact]
    public async Task Slow_answers_stop_the_run_as_errors_do() =>
        Assert.Equal(3, await StoppedAtAsync(_ => Good, Limit, TimeSpan.FromMilliseconds(100)));

    [Fact]
    public async Task Answers_below_the_limit_do_not_stop_the_run() =>
        Assert.Null(await StoppedAtAsync(_ => Good, Limit, TimeSpan.FromMilliseconds(99)));

    [Fact]
    public async Task A_breach_before_the_wanted_requests_does_not_stop_the_run() =>
        Assert.Null(await StoppedAtAsync(_ => Bad, Limit with { MinRequests = 10_000 }));

    [Fact]
    public async Task Errors_that_end_do_not_stop_the_run() =>
        Assert.Null(await StoppedAtAsync(arrival => arrival < 100 ? Bad : Good, Limit));

    [Fact]
    public async Task Errors_below_the_limit_do_not_stop_the_run() =>
        Assert.Null(await StoppedAtAsync(arrival => arrival % 50 == 0 ? Bad : Good, Limit));

    /// <summary>Of four seconds with 100 arrivals each, asked after every one but the last.</summary>
    /// <returns>After how many seconds the run is stopped; null when it is not.</returns>
    private static async Task<int?> StoppedAtAsync(
        Func<long, RequestOutcome> answer,
        LatencyLimit limit,
        TimeSpan latency = default
    )
    {
        var clock = new FakeTimeProvider();
        var run = Given.Run(Given.Scenario("judged", (arrival, _) => new(answer(arrival))), 100, 4);
        var lane = new ScenarioLane(run, new ArrivalSchedule(run), limit, clock);
        var breach = new SustainedBreach([lane], seconds: 2);
        var started = clock.GetTimestamp();
        for (var second = 1; second < 4; second++)
        {
            while (lane.Next < second * 100)
            {
                clock.Advance(TimeSpan.FromMilliseconds(10));
                await lane.SendNextAsync(
                    clock.GetTimestamp() - (long)(latency.TotalSeconds * clock.TimestampFrequency),
                    TestContext.Current.CancellationToken
                );
            }

            if (breach.Find(clock.GetElapsedTime(started)) is not null)
            {
                return second;
            }
        }

        return null;
    }
}
