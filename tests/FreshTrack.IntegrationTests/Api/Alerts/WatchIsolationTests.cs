using FreshTrack.Api;
using FreshTrack.Api.Schema;
using Npgsql;

namespace FreshTrack.IntegrationTests.Api.Alerts;

/// <summary>What holds up one organization, one unit or one program holds up nobody else.</summary>
public sealed class WatchIsolationTests(ApiStage stage, Servers servers) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Alerts_of_others_are_raised_while_one_organization_s_chain_is_held()
    {
        var (held, free) = (await stage.GivenAPatientUnitAsync(Cancel), await stage.GivenAPatientUnitAsync(Cancel));
        await using var connection = await stage.Data.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await RunAsync(connection, $"select api.lock_chain('{held.Organization}')");

        await WarmAsync(held, free);

        await stage.Data.UntilAsync("select string_agg(unit_id::text, ',') from alerts", $"{free.Unit}", Cancel);
        await transaction.RollbackAsync(Cancel);
        await stage.Data.UntilAsync("select count(*)::text from alerts", "2", Cancel);
    }

    [Fact]
    public async Task Alerts_of_an_organization_s_other_units_are_raised_while_one_unit_is_held()
    {
        var held = await stage.GivenAPatientUnitAsync(Cancel);
        var others = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => AnotherUnitAsync(held)));
        await stage.ReportAsync(held, -60, Cancel, temperature: 3m);
        await stage.Data.JudgedAsync(Cancel);
        await using var connection = await stage.Data.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await RunAsync(connection, $"select 1 from api.unit_watch where unit_id = '{held.Unit}' for update");

        await WarmAsync([held, .. others]);

        await stage.Data.UntilAsync(
            $"select concat_ws(' ', count(*), count(*) filter (where unit_id = '{held.Unit}')) from alerts",
            "5 0",
            Cancel
        );
        await transaction.RollbackAsync(Cancel);
        await stage.Data.UntilAsync("select count(*)::text from alerts", "6", Cancel);
    }

    [Fact]
    public async Task Live_excursion_is_raised_before_the_late_readings_of_hundreds_of_others_are_judged()
    {
        var (live, filled) = (await stage.GivenAPatientUnitAsync(Cancel), await stage.GivenAPatientUnitAsync(Cancel));
        await WarmAsync(live);
        var now = $"'{stage.Clock.GetUtcNow():O}'::timestamptz";
        // Inside the limits so far, and units that report at this moment.
        await stage.Data.RunAsync(
            $"""
            update sensor_readings set temperature = 3;
            update alerts set status = 'resolved';
            insert into units (area_id, name, checkin_interval_minutes, last_reading_at)
            select '{filled.Area}', 'Filled ' || n, 5040, {now} from generate_series(1, 300) n;
            insert into sensor_readings (unit_id, temperature, recorded_at, received_at)
            select id, 3, {now}, {now} from units where name like 'Filled %'
            """,
            Cancel
        );
        await stage.Data.JudgedAsync(Cancel);
        await stage.Data.RunAsync("delete from alerts", Cancel);

        // In one transaction: what was missing of the units, and somebody else's excursion.
        await stage.Data.RunAsync(
            $"""
            insert into sensor_readings (unit_id, temperature, recorded_at, received_at)
            select id, 3, {now} - interval '20 minutes', {now} from units where name like 'Filled %';
            insert into sensor_readings (unit_id, lora_sensor_id, temperature, recorded_at, received_at)
            select '{live.Unit}', '{live.Sensor}', 9, {now} - (20 - 10 * n) * interval '1 minute', {now}
            from generate_series(1, 2) n;
            insert into sensor_readings (unit_id, lora_sensor_id, temperature, recorded_at, received_at)
            values ('{live.Unit}', '{live.Sensor}', 9, {now} - interval '9 minutes', {now});
            update units set last_reading_at = {now} where id = '{live.Unit}'
            """,
            Cancel
        );
        await stage.Data.UntilAsync(AlertSteps.AlertsSql, "temp_excursion critical active", Cancel);

        Assert.NotEqual("0", await stage.Data.TextAsync("select count(*)::text from api.late_readings", Cancel));
        await stage.Data.JudgedAsync(Cancel);
    }

    [Fact]
    public async Task Restart_of_one_program_does_not_put_off_what_another_one_waits_for()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await stage.ReportAsync(place, 0, Cancel, temperature: 3m);
        await stage.Data.JudgedAsync(Cancel);
        var due = await stage.Data.TextAsync("select due_at::text from api.unit_watch", Cancel);
        stage.Clock.Advance(TimeSpan.FromMinutes(11));

        await stage.Data.UntilAsync(
            $"select (until = '{stage.Clock.GetUtcNow():O}')::text from api.listening",
            "true",
            Cancel
        );

        await using var restarted = FreshTrackApi.Build(stage.Options(stage.Database));
        await restarted.StartAsync(Cancel);
        // Whichever judges: both of them must come to the same.
        for (var i = 0; i < 8; i++)
        {
            await stage.Data.RunAsync("update api.unit_watch set looked_at_reading = null", Cancel);
            await stage.Data.JudgedAsync(Cancel);
            Assert.Equal(due, await stage.Data.TextAsync("select due_at::text from api.unit_watch", Cancel));
        }

        stage.Clock.Advance(TimeSpan.FromMinutes(1));
        await stage.Data.UntilAsync(AlertSteps.AlertsSql, "monitoring_interrupted warning active", Cancel);
        await restarted.StopAsync(Cancel);
    }

    [Fact]
    public async Task Silence_does_not_count_while_no_program_listened()
    {
        // A database of its own: the stage's API listens on the other.
        var database = await servers.CreateDatabaseAsync(Cancel);
        Assert.Null((await SchemaMigration.RunAsync(database, stage.StoredUnit, stage.Clock, Cancel)).Problem);
        await using var data = NpgsqlDataSource.Create(database);
        await data.RunAsync(
            "insert into organizations (id, name, slug) values ('11111111-1111-4111-8111-111111111111', 'o', 'o'); "
                + "insert into sites (id, organization_id, name) select id, id, 's' from organizations; "
                + "insert into areas (id, site_id, name) select id, id, 'a' from sites; "
                + $"insert into units (area_id, name, last_reading_at) select id, 'u', '{Hours(-3)}' from areas; "
                + "insert into api.unit_watch (unit_id, seen_through, looked_at_reading) "
                + "select id, last_reading_at, last_reading_at from units; "
                + $"insert into api.listening (since, until) values ('{Hours(-9)}', '{Hours(-2)}')",
            Cancel
        );

        await using var api = FreshTrackApi.Build(stage.Options(database));
        await api.StartAsync(Cancel);
        await data.RunAsync("update api.unit_watch set looked_at_reading = null", Cancel);
        await data.UntilAsync(
            "select ((extract(epoch from due_at - since) / 60)::integer)::text from api.unit_watch, api.listening",
            "12",
            Cancel
        );

        Assert.Equal("0", await data.TextAsync("select count(*) from alerts", Cancel));
        await api.StopAsync(Cancel);
    }

    private string Hours(int hours) => $"{stage.Clock.GetUtcNow().AddHours(hours):O}";

    private async Task<Place> AnotherUnitAsync(Place place)
    {
        var (unit, sensor) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var devEui = Convert.ToHexString(sensor.ToByteArray()[8..]);
        await stage.Data.RunAsync(
            "insert into units (id, area_id, name, checkin_interval_minutes) values "
                + $"('{unit}', '{place.Area}', 'Another', 5040); "
                + "insert into lora_sensors (id, organization_id, unit_id, dev_eui, ttn_device_id, name) values "
                + $"('{sensor}', '{place.Organization}', '{unit}', '{devEui}', 'sensor-{devEui}', 'Probe')",
            Cancel
        );
        return place with { Unit = unit, Sensor = sensor, DevEui = devEui, DeviceId = $"sensor-{devEui}" };
    }

    private async Task WarmAsync(params Place[] places)
    {
        foreach (var minute in (int[])[-30, -20, -10])
        {
            await Task.WhenAll(places.Select(place => stage.ReportAsync(place, minute, Cancel, temperature: 9m)));
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
