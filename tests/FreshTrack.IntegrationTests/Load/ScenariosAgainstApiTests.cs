using FreshTrack.Cutover.Evidence;
using FreshTrack.IntegrationTests.Api;
using FreshTrack.IntegrationTests.Api.Alerts;
using FreshTrack.Load;
using FreshTrack.Load.Scenarios;

namespace FreshTrack.IntegrationTests.Load;

/// <summary>Every scenario against the API itself: its requests succeed,
/// and what it claims to do is in the database afterwards.</summary>
public sealed class ScenariosAgainstApiTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private readonly LoadTransport transport = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Token);

    public ValueTask DisposeAsync()
    {
        transport.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_whole_plan_runs_without_a_failure()
    {
        await GivenPlacesAsync();
        var plan = new LoadPlan(20, 20, TimeSpan.Zero, TimeSpan.FromSeconds(3)) { AcknowledgeRate = 10 };

        var result = await new LoadRunner(new LoadOptions()).RunAsync(
            plan.RunsAgainst(await TargetAsync(), transport, seed: 1),
            null,
            Token
        );

        Assert.Equal(ScenarioNames.All, result.Scenarios.Select(scenario => scenario.Scenario));
        Assert.All(result.Scenarios, scenario => Assert.Equal((scenario.Planned, 0L), (scenario.Ok, scenario.Failed)));
    }

    [Fact]
    public async Task Every_uplink_is_stored_once_and_the_wrong_ones_are_refused()
    {
        await GivenPlacesAsync();

        var ingestion = await RunAsync(target => new TtnIngestionScenario(target, transport, seed: 1), arrivals: 200);

        Assert.Equal((200L, 200L), (ingestion.Requests, ingestion.Ok));
        Assert.Equal(["200", "400 expected", "401 expected"], ingestion.Outcomes.Keys);
        // Of 200 uplinks two are wrong and two are delivered a second time.
        Assert.Equal(196L, await stage.Data.ValueAsync<long>("select count(*) from sensor_readings", Token));
    }

    [Fact]
    public async Task What_every_maker_sends_is_understood()
    {
        await GivenPlacesAsync(8);

        await RunAsync(target => new TtnIngestionScenario(target, transport, seed: 1), arrivals: 80);

        Assert.Equal(
            8L,
            await stage.Data.ValueAsync<long>(
                "select count(distinct lora_sensor_id) from sensor_readings where temperature between -10 and 10 "
                    + "and humidity between 35 and 75 and (battery is not null or battery_voltage between 2.9 and 3.6)",
                Token
            )
        );
        Assert.Equal(
            0L,
            await stage.Data.ValueAsync<long>(
                "select count(*) from sensor_readings where temperature is null or humidity is null",
                Token
            )
        );
    }

    [Fact]
    public async Task An_alert_is_acknowledged_once_however_often_it_is_asked_for()
    {
        await GivenPlacesAsync();

        var acknowledged = await RunAsync(target => new AcknowledgeAlertScenario(target, transport), arrivals: 20);

        Assert.Equal((20L, 20L), (acknowledged.Requests, acknowledged.Outcomes["200"]));
        Assert.Equal(
            4L,
            await stage.Data.ValueAsync<long>(
                "select count(*) from alerts where status = 'acknowledged' and acknowledged_by is not null",
                Token
            )
        );
        Assert.Equal(
            4L,
            await stage.Data.ValueAsync<long>(
                "select count(*) from event_logs where event_type = 'alert.acknowledged'",
                Token
            )
        );
    }

    [Fact]
    public async Task An_alert_that_has_ended_meanwhile_is_left_as_it_is()
    {
        await GivenPlacesAsync();
        var target = await TargetAsync();
        await stage.Data.RunAsync("update alerts set status = 'resolved' where alert_type = 'door_open'", Token);

        var acknowledged = await RunAsync(new AcknowledgeAlertScenario(target, transport), arrivals: 8);

        Assert.Equal(
            [("200", 4L), ("409 expected", 4L)],
            acknowledged.Outcomes.Select(outcome => (outcome.Key, outcome.Value))
        );
        Assert.Equal(
            2L,
            await stage.Data.ValueAsync<long>("select count(*) from alerts where status = 'resolved'", Token)
        );
    }

    [Fact]
    public async Task The_backlog_of_the_window_is_stored_once_though_the_morning_is_repeated()
    {
        await GivenPlacesAsync();

        // Two sensors with 30 uplinks each and two users; then all of it again.
        var morning = await RunAsync(
            target => new CutoverMorningScenario(target, transport, seed: 1, doorsOpen: 10),
            arrivals: 124
        );

        Assert.Equal((124L, 124L), (morning.Requests, morning.Ok));
        Assert.Equal(
            [("uplink", 120L), ("session", 4L), ("areas", 4L), ("latest", 4L), ("alerts", 4L)],
            morning.Parts.Select(part => (part.Name, part.Requests))
        );
        Assert.Equal(60L, await stage.Data.ValueAsync<long>("select count(*) from sensor_readings", Token));
        Assert.Equal(
            2L,
            await stage.Data.ValueAsync<long>(
                """
                select count(*) from (
                  select from sensor_readings
                  where recorded_at between '2026-01-14 21:29:59Z' and '2026-01-15 00:00:00Z'
                  group by lora_sensor_id having count(distinct recorded_at) = 30) sensors
                """,
                Token
            )
        );
    }

    /// <summary>Organizations with a unit, a sensor, a manager, and two open alerts each.</summary>
    private async Task GivenPlacesAsync(int count = 2)
    {
        for (var i = 0; i < count; i++)
        {
            var place = await stage.GivenALoadedPlaceAsync(Token);
            await stage.SignInAsync(place.Organization, Token, role: "manager");
            await stage.GivenAlertsAsync(place, Token, ("calibration_due", "active"), ("door_open", "escalated"));
        }
    }

    private Task<LoadTarget> TargetAsync() =>
        LoadTargetReader.ReadAsync(
            stage.Data,
            stage.Client.BaseAddress!,
            LoadSteps.Key,
            stage.StackAuthClient,
            stage.Clock,
            Token
        );

    private async Task<ScenarioResult> RunAsync(Func<LoadTarget, IScenario> scenario, int arrivals) =>
        await RunAsync(scenario(await TargetAsync()), arrivals);

    private static async Task<ScenarioResult> RunAsync(IScenario scenario, int arrivals) =>
        (
            await new LoadRunner(new LoadOptions()).RunAsync(
                [new ScenarioRun(scenario, 40, TimeSpan.Zero, TimeSpan.FromSeconds(arrivals / 40.0))],
                null,
                Token
            )
        ).Scenarios[0];
}
