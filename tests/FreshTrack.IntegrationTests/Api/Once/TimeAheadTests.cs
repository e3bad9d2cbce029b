using System.Net;

namespace FreshTrack.IntegrationTests.Api.Once;

/// <summary>Readings from ahead, late and out of order.</summary>
public sealed class TimeAheadTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private const string StoredSql = """
        select concat_ws(' ', recorded_at at time zone 'UTC', said_at at time zone 'UTC') from sensor_readings
        """;

    private const string UnitSql = """
        select concat_ws(' ', last_temp_reading, last_reading_at at time zone 'UTC') from units
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Time_ahead_becomes_the_arrival_and_what_was_said_is_kept()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var arrival = stage.Clock.GetUtcNow();

        var (status, body) = await stage.Client.BulkAsync(place, Cancel, Ahead(place, arrival.AddMinutes(50)));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("TIME_CLAMPED", body["remarks"]![0]!["reason"]!.GetValue<string>());
        Assert.Equal(
            $"{arrival:yyyy-MM-dd HH:mm:ss} {arrival.AddMinutes(50):yyyy-MM-dd HH:mm:ss}",
            await stage.Data.ValueAsync<string>(StoredSql, Cancel)
        );
        Assert.Equal($"3.00 {arrival:yyyy-MM-dd HH:mm:ss}", await stage.Data.ValueAsync<string>(UnitSql, Cancel));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(55)]
    public async Task Repetition_of_a_time_ahead_is_known_whenever_it_arrives(int minutesLater)
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var said = stage.Clock.GetUtcNow().AddMinutes(50);
        var first = await stage.Client.BulkAsync(place, Cancel, Ahead(place, said));

        stage.Clock.Advance(TimeSpan.FromMinutes(minutesLater));
        var second = await stage.Client.BulkAsync(place, Cancel, Ahead(place, said));

        Assert.Equal(first.Body.Id(), second.Body.Id());
        Assert.Equal(1, await stage.Data.ValueAsync<long>("select count(*) from sensor_readings", Cancel));
    }

    [Fact]
    public async Task Readings_after_one_from_ahead_are_seen_at_once()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await stage.Client.BulkAsync(place, Cancel, Ahead(place, stage.Clock.GetUtcNow().AddMinutes(50)));

        stage.Clock.Advance(TimeSpan.FromMinutes(1));
        var now = stage.Clock.GetUtcNow();
        await stage.Client.BulkAsync(place, Cancel, Ahead(place, now, temperature: 9));

        Assert.Equal($"9.00 {now:yyyy-MM-dd HH:mm:ss}", await stage.Data.ValueAsync<string>(UnitSql, Cancel));
    }

    [Fact]
    public async Task Moment_ahead_that_an_earlier_version_let_in_holds_nothing_up()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var now = stage.Clock.GetUtcNow();
        await stage.Data.ValueAsync<Guid>(
            $"update units set last_temp_reading = 3, last_reading_at = '{now.AddMinutes(50):O}' returning id",
            Cancel
        );

        await stage.Client.BulkAsync(place, Cancel, Ahead(place, now, temperature: 9));

        Assert.Equal($"9.00 {now:yyyy-MM-dd HH:mm:ss}", await stage.Data.ValueAsync<string>(UnitSql, Cancel));
    }

    [Fact]
    public async Task Uplink_from_ahead_is_answered_with_a_remark()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);

        var (status, body) = await stage.Client.SendAsync(
            place.Secret,
            Given.AnUplink(place, at: stage.Clock.GetUtcNow().AddMinutes(2)),
            Cancel
        );

        Assert.Equal((HttpStatusCode.OK, "TIME_CLAMPED"), (status, body["reason"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Late_temperature_is_the_unit_s_newest_although_a_humidity_is_newer()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await stage.Client.BulkAsync(place, Cancel, Entries.Entry(place, 1, humidity: 60));

        await stage.Client.BulkAsync(place, Cancel, Entries.Entry(place, 5, temperature: 4));
        await stage.Client.BulkAsync(place, Cancel, Entries.Entry(place, 9, temperature: 2));

        Assert.Equal("4.00 2026-01-14 23:59:00", await stage.Data.ValueAsync<string>(UnitSql, Cancel));
    }

    private static System.Text.Json.Nodes.JsonObject Ahead(Place place, DateTimeOffset at, decimal temperature = 3)
    {
        var entry = Entries.Entry(place, 0, temperature);
        entry["recorded_at"] = $"{at:yyyy-MM-ddTHH:mm:ss}Z";
        return entry;
    }
}
