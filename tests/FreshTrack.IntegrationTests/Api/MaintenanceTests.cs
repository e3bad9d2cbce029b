using System.Net;
using FreshTrack.Api;
using FreshTrack.Api.Commands;
using FreshTrack.Api.Operations;
using FreshTrack.IntegrationTests.Api.Alerts;
using Npgsql;

namespace FreshTrack.IntegrationTests.Api;

public sealed class MaintenanceTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public async ValueTask DisposeAsync() => await MaintenanceTable.SetAsync(stage.Data, isOn: false, Cancel);

    [Fact]
    public async Task Switched_on_for_all_instances_it_puts_dashboards_off_and_goes_on_storing_readings()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var token = await stage.SignInAsync(place.Organization, Cancel);

        Assert.True(await MaintenanceTable.SetAsync(stage.Data, isOn: true, Cancel));
        await UntilAsync(stage.Client, place, token, HttpStatusCode.ServiceUnavailable);

        using (var response = await stage.Client.GetAsync(new Uri(place.ReadingsPath, UriKind.Relative), Cancel))
        {
            Assert.Equal(
                (HttpStatusCode.ServiceUnavailable, "60"),
                (response.StatusCode, Assert.Single(response.Headers.GetValues("Retry-After")))
            );
            Assert.Contains("\"MAINTENANCE\"", await response.Content.ReadAsStringAsync(Cancel));
        }

        Assert.Equal(
            HttpStatusCode.OK,
            (await stage.Client.SendAsync(place.Secret, Given.AnUplink(place), Cancel)).Status
        );
        var (health, report) = await stage.Client.ReadAsync("/health", token: null, Cancel);
        Assert.Equal((HttpStatusCode.OK, "true"), (health, report["maintenance"]!.ToJsonString()));
        Assert.Equal("""{"maintenance":true}""", await ToldAsync());

        Assert.True(await MaintenanceTable.SetAsync(stage.Data, isOn: false, Cancel));
        Assert.False(await MaintenanceTable.SetAsync(stage.Data, isOn: false, Cancel));
        await UntilAsync(stage.Client, place, token, HttpStatusCode.OK);
        Assert.Equal("""{"maintenance":false}""", await ToldAsync());
    }

    [Theory]
    [InlineData(true, HttpStatusCode.OK)]
    [InlineData(false, HttpStatusCode.ServiceUnavailable)]
    public async Task By_setting_it_listens_to_sensors_or_not(bool ingest, HttpStatusCode webhook)
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await using var api = FreshTrackApi.Build(
            stage.Options(stage.Database) with
            {
                Maintenance = true,
                IngestDuringMaintenance = ingest,
            }
        );
        await api.StartAsync(Cancel);
        using var client = new HttpClient { BaseAddress = new Uri(api.Urls.First()) };

        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            (await client.ReadAsync(place.ReadingsPath, token: null, Cancel)).Status
        );
        Assert.Equal(webhook, (await client.SendAsync(place.Secret, Given.AnUplink(place), Cancel)).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/health/ready", token: null, Cancel)).Status);
        Assert.Equal(ingest ? 1 : 0, await stage.Data.ValueAsync<long>("select count(*) from sensor_readings", Cancel));
    }

    [Fact]
    public async Task Instance_that_starts_during_maintenance_knows_it_from_its_first_request()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await MaintenanceTable.SetAsync(stage.Data, isOn: true, Cancel);
        await using var api = FreshTrackApi.Build(stage.Options(stage.Database));
        await api.StartAsync(Cancel);
        using var client = new HttpClient { BaseAddress = new Uri(api.Urls.First()) };

        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            (
                await client.ReadAsync(place.ReadingsPath, await stage.SignInAsync(place.Organization, Cancel), Cancel)
            ).Status
        );
    }

    [Fact]
    public async Task It_stays_open_for_the_canary_organization_alone()
    {
        var canary = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var member = await stage.SignInAsync(canary.Organization, Cancel);
        var customer = await stage.SignInAsync(place.Organization, Cancel);
        var (newcomer, token) = await ApiStage.TokenAsync(stage.StackAuth, Cancel);
        Assert.True(await MaintenanceTable.SetAsync(stage.Data, isOn: true, Cancel, canary.Organization));
        Assert.False(await MaintenanceTable.SetAsync(stage.Data, isOn: true, Cancel, canary.Organization));
        await UntilAsync(stage.Client, place, customer, HttpStatusCode.ServiceUnavailable);
        await UntilAsync(stage.Client, canary, member, HttpStatusCode.OK);

        await AssertAsync(place.ReadingsPath, member, HttpStatusCode.ServiceUnavailable);
        await AssertAsync(canary.ReadingsPath, customer, HttpStatusCode.ServiceUnavailable);
        await AssertAsync(canary.ReadingsPath, token: null, HttpStatusCode.ServiceUnavailable);
        await AssertAsync($"/api/orgs/{canary.Organization}/nothing", member, HttpStatusCode.ServiceUnavailable);
        Assert.Equal(
            0,
            await stage.Data.ValueAsync<long>($"select count(*) from users where id = '{newcomer}'", Cancel)
        );
        // A sign-up can be tried: whoever belongs to nobody yet is told so.
        await AssertAsync(place.ReadingsPath, token, HttpStatusCode.ServiceUnavailable);
        Assert.Equal(
            0,
            await stage.Data.ValueAsync<long>($"select count(*) from users where id = '{newcomer}'", Cancel)
        );
        await AssertAsync(canary.ReadingsPath, token, HttpStatusCode.NotFound);
        Assert.Equal(
            1,
            await stage.Data.ValueAsync<long>($"select count(*) from users where id = '{newcomer}'", Cancel)
        );

        Assert.True(await MaintenanceTable.SetAsync(stage.Data, isOn: true, Cancel));
        await UntilAsync(stage.Client, canary, member, HttpStatusCode.ServiceUnavailable);

        async Task AssertAsync(string path, string? token, HttpStatusCode expected) =>
            Assert.Equal((path, expected), (path, (await stage.Client.ReadAsync(path, token, Cancel)).Status));
    }

    [Fact]
    public async Task Sensors_of_the_canary_are_listened_to_also_when_all_others_are_put_off()
    {
        var canary = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await MaintenanceTable.SetAsync(stage.Data, isOn: true, Cancel, canary.Organization);
        await using var api = FreshTrackApi.Build(
            stage.Options(stage.Database) with
            {
                IngestDuringMaintenance = false,
            }
        );
        await api.StartAsync(Cancel);
        using var client = new HttpClient { BaseAddress = new Uri(api.Urls.First()) };

        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            (await client.SendAsync(place.Secret, Given.AnUplink(place), Cancel)).Status
        );
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            (await client.SendAsync(secret: null, Given.AnUplink(canary), Cancel)).Status
        );
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(canary.Secret, Given.AnUplink(canary), Cancel)).Status);
        Assert.Equal(1, await stage.Data.ValueAsync<long>("select count(*) from sensor_readings", Cancel));
    }

    [Fact]
    public async Task Switched_on_for_sensors_too_it_stores_nothing_until_they_are_let_in_again()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var switched = await MaintenanceCommand.RefuseSensorsAsync(stage.Data, Cancel);
        var again = await MaintenanceCommand.RefuseSensorsAsync(stage.Data, Cancel);
        await UntilRefusedAsync("true");

        Assert.Equal("maintenance: on, and sensors are refused, by every instance, within a second.", switched.Line);
        Assert.Equal("maintenance: sensors were refused already.", again.Line);
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            (await stage.Client.SendAsync(place.Secret, Given.AnUplink(place), Cancel)).Status
        );
        Assert.Equal(0, await stage.Data.ValueAsync<long>("select count(*) from sensor_readings", Cancel));

        await MaintenanceTable.SetAsync(stage.Data, isOn: true, Cancel);
        await UntilRefusedAsync("false");
        Assert.Equal(
            HttpStatusCode.OK,
            (await stage.Client.SendAsync(place.Secret, Given.AnUplink(place), Cancel)).Status
        );
    }

    [Fact]
    public async Task Once_sensors_are_refused_no_unit_is_judged_until_they_are_let_in_again()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        await MaintenanceCommand.RefuseSensorsAsync(stage.Data, Cancel);
        await UntilRefusedAsync("true");
        await ExcursionAsync(place);
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, Cancel);
        Assert.Equal("0 offline", await stage.Data.TextAsync(AlertsAndStatusSql, Cancel));

        await MaintenanceTable.SetAsync(stage.Data, isOn: true, Cancel);
        await stage.Data.UntilAsync(AlertsAndStatusSql, "1 alarm_active", Cancel);
    }

    [Fact]
    public async Task Refusal_is_told_once_readings_that_were_accepted_are_stored()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        await using var holder = await stage.Data.OpenConnectionAsync(Cancel);
        await using var transaction = await holder.BeginTransactionAsync(Cancel);
        await using var hold = new NpgsqlCommand($"select from units where id = '{place.Unit}' for update", holder);
        await hold.ExecuteNonQueryAsync(Cancel);
        var uplink = stage.Client.SendAsync(place.Secret, Given.AnUplink(place), Cancel);
        await stage.Data.UntilAsync(
            "select (count(*) > 0)::text from pg_stat_activity where wait_event_type = 'Lock' "
                + "and datname = current_database()",
            "true",
            Cancel
        );

        await MaintenanceCommand.RefuseSensorsAsync(stage.Data, Cancel);
        var token = await stage.SignInAsync(place.Organization, Cancel);
        await UntilAsync(stage.Client, place, token, HttpStatusCode.ServiceUnavailable);
        await Task.Delay(TimeSpan.FromSeconds(1.5), TimeProvider.System, Cancel);
        Assert.Equal("false", await RefusedAsync());

        await transaction.RollbackAsync(Cancel);
        Assert.Equal(HttpStatusCode.OK, (await uplink).Status);
        await UntilRefusedAsync("true");
    }

    /// <summary>One that is raised within a round of the watch, of which the stage has five a second.</summary>
    private Task ExcursionAsync(Place place) =>
        stage.Data.RunAsync(
            $"""
            insert into sensor_readings (unit_id, lora_sensor_id, temperature, recorded_at, received_at)
            select '{place.Unit}', '{place.Sensor}', 9, at, at from generate_series(1, 3) n,
              lateral (select '{stage.Clock.GetUtcNow():O}'::timestamptz - (4 - n) * interval '10 minutes' as at);
            update units set last_reading_at = (select max(recorded_at) from sensor_readings) where id = '{place.Unit}'
            """,
            Cancel
        );

    private const string AlertsAndStatusSql = "select concat_ws(' ', (select count(*) from alerts), status) from units";

    private Task<string> ToldAsync() =>
        stage.Client.GetStringAsync(new Uri("/health/maintenance", UriKind.Relative), Cancel);

    private async Task UntilRefusedAsync(string expected)
    {
        while (await RefusedAsync() != expected)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancel);
        }
    }

    private async Task<string> RefusedAsync() =>
        (await stage.Client.ReadAsync("/health", token: null, Cancel)).Body["sensors_refused"]!.ToJsonString();

    private static async Task UntilAsync(HttpClient client, Place place, string token, HttpStatusCode expected)
    {
        while ((await client.ReadAsync(place.ReadingsPath, token, Cancel)).Status != expected)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancel);
        }
    }
}
