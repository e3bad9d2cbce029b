using System.Net;
using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.Api;

public sealed class BucketTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("5m", "2026-01-14T00:00:00Z", "2026-01-13T23:55:00Z")]
    [InlineData("1h", "2026-01-14T00:00:00Z", "2026-01-13T23:00:00Z")]
    [InlineData("1d", "2026-01-14T00:00:00Z", "2026-01-13T00:00:00Z")]
    public async Task Buckets_begin_at_whole_spans_of_UTC(string bucket, params string[] expected)
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await StoreAsync(
            place,
            ("2026-01-13T23:59:59.999999Z", 1m, null),
            ("2026-01-14T00:00:00Z", 2m, null),
            ("2026-01-14T00:04:59.999999Z", 3m, null)
        );

        var data = await ReadAsync(place, $"bucket={bucket}&start=2026-01-01T00:00:00Z&end=2026-01-15T00:00:00Z");

        Assert.Equal(expected, data.Select(row => row!["bucket_start"]!.ToString()));
        Assert.Equal([2, 1], data.Select(row => row!["count"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Bucket_holds_minimum_average_and_maximum_of_what_was_measured()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await StoreAsync(
            place,
            ("2026-01-14T10:00:00Z", -18.4m, 50m),
            ("2026-01-14T10:20:00Z", -18.1m, null),
            ("2026-01-14T10:40:00Z", -17m, 51m),
            ("2026-01-14T10:50:00Z", null, null)
        );

        var bucket = Assert.Single(
            await ReadAsync(place, "bucket=1h&start=2026-01-14T10:00:00Z&end=2026-01-14T10:59:59Z")
        );

        Assert.Equal(
            """{"bucket_start":"2026-01-14T10:00:00Z","count":4,"""
                + "\"temperature_min\":-18.40,\"temperature_avg\":-17.83,\"temperature_max\":-17.00,"
                + "\"humidity_min\":50.00,\"humidity_avg\":50.50,\"humidity_max\":51.00}",
            bucket!.ToJsonString()
        );
    }

    [Fact]
    public async Task Door_sensor_s_buckets_have_no_temperature()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await StoreAsync(place, ("2026-01-14T10:00:00Z", null, null));

        var bucket = Assert.Single(await ReadAsync(place, "bucket=1d&start=2026-01-14"));

        Assert.Null(bucket!["temperature_min"]);
    }

    [Fact]
    public async Task Unit_of_another_organization_has_no_buckets()
    {
        var (place, other) = (
            await Given.AnOrganizationWithAUnit(stage, Cancel),
            await Given.AnOrganizationWithAUnit(stage, Cancel)
        );
        await StoreAsync(other, ("2026-01-14T10:00:00Z", 1m, null));

        var answer = await stage.Client.ReadAsync(
            $"{other.ReadingsPath}?bucket=1d&start=2026-01-14",
            await stage.SignInAsync(place.Organization, Cancel),
            Cancel
        );

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
    }

    private async Task<JsonArray> ReadAsync(Place place, string query)
    {
        var (status, body) = await stage.Client.ReadAsync(
            $"{place.ReadingsPath}?{query}",
            await stage.SignInAsync(place.Organization, Cancel),
            Cancel
        );
        Assert.Equal(HttpStatusCode.OK, status);
        return body["data"]!.AsArray();
    }

    private async Task StoreAsync(Place place, params (string Time, decimal? Temperature, decimal? Humidity)[] readings)
    {
        foreach (var (time, temperature, humidity) in readings)
        {
            await using var command = stage.Data.CreateCommand(
                "insert into sensor_readings (unit_id, recorded_at, temperature, humidity) "
                    + "values ($1, $2::timestamptz, $3, $4)"
            );
            command.Parameters.AddWithValue(place.Unit);
            command.Parameters.AddWithValue(time);
            command.Parameters.Add(new Npgsql.NpgsqlParameter<decimal?> { TypedValue = temperature });
            command.Parameters.Add(new Npgsql.NpgsqlParameter<decimal?> { TypedValue = humidity });
            await command.ExecuteNonQueryAsync(Cancel);
        }
    }
}
