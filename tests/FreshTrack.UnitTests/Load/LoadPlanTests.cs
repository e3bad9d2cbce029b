using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Fixtures.Images;
using FreshTrack.Load;

namespace FreshTrack.UnitTests.Load;

public sealed class LoadPlanTests
{
    private static readonly Uri Api = new("http://127.0.0.1:1");

    [Theory]
    [InlineData("smoke", 120, 27)]
    [InlineData("production", 120, 27)]
    [InlineData("250000", 120, 27)]
    [InlineData("stress", 360, 55)]
    public void Every_scale_runs_the_day_at_once_and_the_morning_behind_it(string scale, double rate, double seconds)
    {
        var runs = Runs(LoadPlan.For(scale), Given.Target(Api, TimeProvider.System));

        Assert.Equal(ScenarioNames.All, runs.Select(run => run.Scenario.Name));
        Assert.Equal([rate, rate], runs.Take(2).Select(run => run.RatePerSecond));
        Assert.All(
            runs.SkipLast(1),
            run => Assert.Equal(seconds, (run.Delay + run.WarmUp + run.Duration).TotalSeconds)
        );
        Assert.Equal(seconds, runs[^1].Delay.TotalSeconds);
    }

    [Theory]
    [InlineData(3, 2, 92, 12)]
    [InlineData(50, 60, 1560, 12)]
    [InlineData(200, 0, 6000, 30)]
    [InlineData(36_000, 10_000, 12_000, 60)]
    public void The_morning_is_as_large_as_the_target_within_a_minute(
        int sensors,
        int users,
        long arrivals,
        double seconds
    )
    {
        var few = Given.Target(Api, TimeProvider.System);
        var target = few with
        {
            Devices = [.. Enumerable.Repeat(few.Devices[0], sensors)],
            Users = [.. Enumerable.Repeat(few.Users[0], users)],
        };

        var morning = Runs(LoadPlan.Rehearsal, target)[^1];

        Assert.Equal(
            (arrivals, seconds),
            (new ArrivalSchedule(morning).Count, (morning.WarmUp + morning.Duration).TotalSeconds)
        );
    }

    [Fact]
    public void Where_all_alerts_have_ended_nobody_acknowledges_any()
    {
        var runs = Runs(LoadPlan.Rehearsal, Given.Target(Api, TimeProvider.System) with { Alerts = [] });

        Assert.Equal(ScenarioNames.All.Except([ScenarioNames.AcknowledgeAlert]), runs.Select(run => run.Scenario.Name));
    }

    [Fact]
    public async Task The_default_policy_judges_every_scenario_and_the_plan_sends_enough_for_it()
    {
        var path = Path.Combine(RepositoryRoot.Find(), "build", "policy.yaml");
        var limits = PolicyFile
            .Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), path)
            .Latency;

        Assert.Equal(ScenarioNames.All, limits.Select(limit => limit.Scenario));
        Assert.All(
            Runs(LoadPlan.Rehearsal, Given.Target(Api, TimeProvider.System)).SkipLast(1),
            run =>
                Assert.True(
                    new ArrivalSchedule(run).Planned
                        > limits.First(limit => limit.Scenario == run.Scenario.Name).MinRequests,
                    run.Scenario.Name
                )
        );
    }

    private static IReadOnlyList<ScenarioRun> Runs(LoadPlan plan, LoadTarget target)
    {
        using var transport = new LoadTransport();
        return plan.RunsAgainst(target, transport, seed: 1);
    }
}
