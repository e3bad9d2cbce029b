using System.Net;
using FreshTrack.Api;

namespace FreshTrack.IntegrationTests.Api.Once;

/// <summary>A reading that comes again, by whatever way, is stored once and has one id.</summary>
public sealed class RepetitionTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private const string CountSql = "select count(*) from sensor_readings";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Two_equal_entries_of_one_request_are_one_reading()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);

        var (_, body) = await stage.Client.BulkAsync(
            place,
            Cancel,
            Entries.Entry(place, 1, temperature: 4),
            Entries.Entry(place, 1, temperature: 4.001m)
        );

        Assert.Equal((1, body.Id(0)), (body["inserted_count"]!.GetValue<int>(), body.Id(1)));
        Assert.Equal(1, await stage.Data.ValueAsync<long>(CountSql, Cancel));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Uplink_and_its_backfill_are_one_reading(bool isLiveFirst)
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var backfill = Entries.Entry(place, 1, temperature: 4.25m, humidity: 60.5m, device: place.Sensor);
        backfill["battery"] = 92;
        backfill["recorded_at"] = "2026-01-14T23:59:00.123456789Z";
        Guid live,
            later;

        if (isLiveFirst)
        {
            live = await UplinkAsync(place);
            later = (await stage.Client.BulkAsync(place, Cancel, backfill)).Body.Id();
        }
        else
        {
            later = (await stage.Client.BulkAsync(place, Cancel, backfill)).Body.Id();
            live = await UplinkAsync(place);
        }

        Assert.Equal(live, later);
        Assert.Equal(1, await stage.Data.ValueAsync<long>(CountSql, Cancel));
    }

    [Fact]
    public async Task Uplink_that_comes_again_after_its_sensor_has_moved_stays_with_the_unit_it_was_measured_in()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var first = await UplinkAsync(place);
        var second = await Entries.SecondUnitAsync(stage, place, Cancel);
        await stage.Data.ValueAsync<Guid>(
            $"update lora_sensors set unit_id = '{second.Unit}' where id = '{place.Sensor}' returning id",
            Cancel
        );
        stage.Forget();

        Assert.Equal(first, await UplinkAsync(place));
        Assert.Equal(place.Unit, await stage.Data.ValueAsync<Guid>("select unit_id from sensor_readings", Cancel));
    }

    [Fact]
    public async Task Reading_of_the_version_before_is_known_by_what_it_says()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var earlier = Guid.CreateVersion7();
        await stage.Data.ValueAsync<Guid>(
            $"""
            insert into sensor_readings (
              id, unit_id, lora_sensor_id, source, temperature, humidity, battery, recorded_at, f_cnt)
            values (
              '{earlier}', '{place.Unit}', '{place.Sensor}', 'ttn', 4.25, 60.5, 92, '2026-01-14 23:59:00.123456+00', 1)
            returning id
            """,
            Cancel
        );

        Assert.Equal(earlier, await UplinkAsync(place));
        Assert.Equal(1, await stage.Data.ValueAsync<long>(CountSql, Cancel));
    }

    /// <remarks>It left the network's nanoseconds to PostgreSQL, which rounds them, and the voltage out.</remarks>
    [Theory]
    [InlineData("4.25, 60.5, 92, null", 1)]
    [InlineData("4.25, 60.5, 88, null", 1)]
    [InlineData("4.25, null, 92, null", 2)]
    [InlineData("4.50, 60.5, 92, null", 2)]
    [InlineData("4.25, 60.5, 92, false", 1)]
    public async Task Uplink_that_the_former_webhook_stored_is_known_when_it_is_sent_again(string values, long rows)
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var moved = await stage.Data.ValueAsync<Guid>(
            $"""
            insert into sensor_readings (
              unit_id, lora_sensor_id, source, temperature, humidity, battery, door_open, recorded_at)
            values ('{place.Unit}', '{place.Sensor}', 'ttn', {values}, '2026-01-14T23:59:00.123456789Z') returning id
            """,
            Cancel
        );
        var again = Given.AnUplink(place).Replace("\"battery\": 92", "\"BatV\": 3.55");

        var (_, live) = await stage.Client.SendAsync(place.Secret, again, Cancel);
        var backfill = Entries.Entry(place, 1, temperature: 4.25m, humidity: 60.5m, device: place.Sensor);
        backfill["recorded_at"] = "2026-01-14T23:59:00.123456789Z";
        backfill["source"] = "ttn";
        backfill["battery_voltage"] = 3.55;
        var (_, later) = await stage.Client.BulkAsync(place, Cancel, backfill);

        Assert.Equal(rows, await stage.Data.ValueAsync<long>(CountSql, Cancel));
        Assert.Equal(rows == 1, live["reading_id"]!.ToString() == $"{moved}");
        Assert.True(rows == 2 || later.Id() == moved);
    }

    [Fact]
    public async Task Version_before_that_still_runs_stores_no_uplink_again()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await UplinkAsync(place);

        await using var insert = stage.Data.CreateCommand(
            $"""
            insert into sensor_readings (unit_id, lora_sensor_id, source, temperature, recorded_at, f_cnt)
            values ('{place.Unit}', '{place.Sensor}', 'ttn', 4.25, '2026-01-14 23:59:00.123456+00', 1)
            on conflict do nothing
            """
        );

        Assert.Equal(0, await insert.ExecuteNonQueryAsync(Cancel));
    }

    [Fact]
    public async Task Two_programs_at_once_store_a_reading_once_and_answer_alike()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await using var other = FreshTrackApi.Build(stage.Options(stage.Database));
        await other.StartAsync(Cancel);
        using var client = new HttpClient { BaseAddress = new Uri(other.Urls.First()) };
        for (var counter = 1; counter <= 30; counter++)
        {
            var uplink = Given.AnUplink(place, counter);
            var answers = await Task.WhenAll(
                stage.Client.SendAsync(place.Secret, uplink, Cancel),
                client.SendAsync(place.Secret, uplink, Cancel),
                stage.Client.SendAsync(place.Secret, uplink, Cancel)
            );

            Assert.Single(answers.Select(answer => (answer.Status, answer.Body.ToJsonString())).Distinct());
        }

        Assert.Equal(30, await stage.Data.ValueAsync<long>(CountSql, Cancel));
        await other.StopAsync(Cancel);
    }

    [Fact]
    public async Task Frame_counter_that_is_left_out_is_stored_as_zero()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);

        await stage.Client.SendAsync(place.Secret, Given.AnUplink(place).Replace("\"f_cnt\": 1,", ""), Cancel);

        Assert.Equal(0, await stage.Data.ValueAsync<long>("select f_cnt from sensor_readings", Cancel));
    }

    private async Task<Guid> UplinkAsync(Place place)
    {
        var (status, body) = await stage.Client.SendAsync(place.Secret, Given.AnUplink(place), Cancel);
        Assert.Equal(HttpStatusCode.OK, status);
        return Guid.Parse(body["reading_id"]!.GetValue<string>());
    }
}
