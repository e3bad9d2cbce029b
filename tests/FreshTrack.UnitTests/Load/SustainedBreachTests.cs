using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Load;

namespace FreshTrack.UnitTests.Load;

public sealed class SustainedBreachTests
{
    private static readonly LatencyLimit Limit = new(
        "judged",
        P95Ms: 100,
        P99Ms: 250,
        ErrorRate: 0.05m,
        MinRequests: 100
    );

    [Fact]
    public async Task A_scenario_that_can_only_fail_stops_the_run()
    {
        var result = await RunAsync(_ => new RequestOutcome(Succeeded: false, "500", 0), Limit);

        Assert.Contains("judged missed p95 < 100 ms or an error rate < 5% in each of the last", result.Stopped);
        var scenario = result.Scenarios.Single();
        Assert.InRange(scenario.Requests, 100, 500);
        Assert.Equal((scenario.Requests, scenario.Requests), (scenario.Planned, scenario.Failed));
    }

    [Fact]
    public async Task A_breach_before_the_wanted_requests_does_not_stop_the_run()
    {
        var result = await RunAsync(
            _ => new RequestOutcome(Succeeded: false, "500", 0),
            Limit with
            {
                MinRequests = 10_000,
            },
            seconds: 4
        );

        Assert.Equal((null, 400L), (result.Stopped, result.Scenarios.Single().Requests));
    }

    [Fact]
    public async Task Errors_that_end_do_not_stop_the_run()
    {
        var result = await RunAsync(arrival => new RequestOutcome(arrival >= 100, "any", 0), Limit, seconds: 4);

        Assert.Equal((null, 100L), (result.Stopped, result.Scenarios.Single().Failed));
    }

    [Fact]
    public async Task Errors_below_the_limit_do_not_stop_the_run()
    {
        var result = await RunAsync(arrival => new RequestOutcome(arrival % 50 != 0, "any", 0), Limit, seconds: 4);

        Assert.Null(result.Stopped);
    }

    private static Task<LoadResult> RunAsync(
        Func<long, RequestOutcome> answer,
        LatencyLimit limit,
        double seconds = 60
    ) =>
        new LoadRunner(new LoadOptions { Limits = [limit], BreachSeconds = 2 }).RunAsync(
            [Given.Run(Given.Scenario("judged", (arrival, _) => new(answer(arrival))), 100, seconds)],
            null,
            TestContext.Current.CancellationToken
        );
}
