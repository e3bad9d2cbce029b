using FreshTrack.Api.Monitoring;
using FreshTrack.IntegrationTests.Api.Alerts;

namespace FreshTrack.IntegrationTests.Api.Monitoring;

/// <summary>What the database says of sensors and outbox, for <c>/metrics</c>.</summary>
public sealed class StoredFiguresTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DateTime Now => stage.Clock.GetUtcNow().UtcDateTime;

    public async ValueTask InitializeAsync()
    {
        await stage.ResetAsync(Cancel);
        await stage.Data.RunAsync("delete from api.notification_hold", Cancel);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Sensors_are_counted_by_how_long_ago_they_were_heard_of()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        // The rules allow 12 minutes; the place's own sensor has never reported.
        foreach (var minutes in (int[])[-5, 1, 10, 20, 90, 2_000])
        {
            await SensorAsync(place, minutes);
        }

        var sensors = (await ReadAsync()).Sensors;

        Assert.Equal((3, 2, 1, 1), (sensors.Reporting, sensors.Late, sensors.Silent, sensors.Never));
        Assert.Equal([2L, 3, 4, 5, 5], sensors.HeardWithin);
        // One minute's clock ahead is not a reading of the future.
        Assert.Equal(Now, DateTime.UnixEpoch.AddSeconds(sensors.Newest));
    }

    [Fact]
    public async Task Sensors_that_nobody_waits_for_do_not_count()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await SensorAsync(place, 1);
        await stage.Data.RunAsync("update units set is_active = false", Cancel);

        Assert.Equal(0, (await ReadAsync()).Sensors is var sensors ? sensors.Reporting + sensors.Never : -1);
        Assert.Equal(0, (await ReadAsync()).Sensors.Newest);
    }

    [Fact]
    public async Task Deliveries_are_counted_by_what_they_wait_for()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await DeliveryAsync(place, "pending", -600);
        await DeliveryAsync(place, "pending", -30);
        await DeliveryAsync(place, "pending", 60);
        await DeliveryAsync(place, "sending", -5);
        await DeliveryAsync(place, "sent", -5);
        await DeliveryAsync(place, "failed", -5);

        Assert.Equal(new OpenDeliveries(1, 0, 1, 2, 600), (await ReadAsync()).Deliveries);
    }

    [Fact]
    public async Task Deliveries_that_are_held_are_not_due()
    {
        var canary = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await DeliveryAsync(place, "pending", -600);
        await DeliveryAsync(canary, "pending", -30);
        await stage.Data.RunAsync(
            "insert into api.notification_hold (is_on, canary_id, changed_at) "
                + $"values (true, '{canary.Organization}', now())",
            Cancel
        );

        Assert.Equal(new OpenDeliveries(0, 1, 0, 1, 30), (await ReadAsync()).Deliveries);
    }

    [Fact]
    public async Task Without_anything_all_figures_are_zero()
    {
        var figures = await ReadAsync();

        Assert.Equal(new OpenDeliveries(0, 0, 0, 0, 0), figures.Deliveries);
        Assert.Equal((0, 0), (figures.Sensors.Reporting, figures.Sensors.Newest));
    }

    private Task<StoredFigures> ReadAsync() => StoredFigures.ReadAsync(stage.Data, Now, Cancel);

    private Task SensorAsync(Place place, int minutesAgo) =>
        stage.Data.RunAsync(
            "insert into lora_sensors (organization_id, unit_id, dev_eui, name, last_seen_at) values "
                + $"('{place.Organization}', '{place.Unit}', gen_random_uuid()::text, 'probe', "
                + $"'{Now.AddMinutes(-minutesAgo):O}')",
            Cancel
        );

    private Task DeliveryAsync(Place place, string state, int dueIn) =>
        stage.Data.RunAsync(
            "insert into api.outbox (organization_id, reason, channel, user_id, state, due_at) values "
                + $"('{place.Organization}', 'digest', 'email', gen_random_uuid(), '{state}', "
                + $"'{Now.AddSeconds(dueIn):O}')",
            Cancel
        );
}
