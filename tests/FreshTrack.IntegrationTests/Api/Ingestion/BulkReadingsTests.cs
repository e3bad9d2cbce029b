using System.Net;
using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.Api;

public sealed class BulkReadingsTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private const string Noon = "2026-01-14T12:00:00Z";

    private const string CountSql = "select count(*) from sensor_readings";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Thousand_readings_are_stored_and_their_ids_answered()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);

        var (status, body) = await SendAsync(
            place,
            Bulk([.. Enumerable.Range(1, 1_000).Select(minute => Entry(place, minute))])
        );

        Assert.Equal(
            (HttpStatusCode.OK, true, 1_000),
            (status, body["success"]!.GetValue<bool>(), body["inserted_count"]!.GetValue<int>())
        );
        Assert.Equal(1_000, await stage.Data.ValueAsync<long>(CountSql, Cancel));
        Assert.Equal(
            $"{place.Unit} {place.Sensor} -18.40 55.00 api 2026-01-14 23:59:00",
            await stage.Data.ValueAsync<string>(
                "select concat_ws(' ', unit_id, lora_sensor_id, temperature, humidity, source, "
                    + $"recorded_at at time zone 'UTC') from sensor_readings where id = '{body["reading_ids"]![0]}'",
                Cancel
            )
        );
    }

    [Fact]
    public async Task Names_of_the_former_backend_are_understood()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);

        var (status, _) = await SendAsync(
            place,
            $$"""
            { "readings": [ {
              "unitId": "{{place.Unit}}", "temperature": 4, "signalStrength": -70,
              "recordedAt": "2026-01-14T12:00:00.000Z", "source": "manual"
            } ] }
            """
        );

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            "-70 manual",
            await stage.Data.ValueAsync<string>(
                "select concat_ws(' ', signal_strength, source) from sensor_readings",
                Cancel
            )
        );
    }

    [Fact]
    public async Task Repeated_request_is_stored_once_and_answered_alike()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var bulk = Bulk(Entry(place, 1), Entry(place, 2));

        var (first, second) = (await SendAsync(place, bulk), await SendAsync(place, bulk));

        Assert.Equal(first.Body.ToJsonString(), second.Body.ToJsonString());
        Assert.Equal(2, await stage.Data.ValueAsync<long>(CountSql, Cancel));
    }

    [Fact]
    public async Task One_reading_of_a_foreign_unit_or_device_refuses_all_and_is_named()
    {
        var (place, other) = (
            await Given.AnOrganizationWithAUnit(stage, Cancel),
            await Given.AnOrganizationWithAUnit(stage, Cancel)
        );

        var unit = await SendAsync(place, Bulk(Entry(place, 1), Entry(place, 2), Entry(other, 3)));
        var device = await SendAsync(place, Bulk(Entry(place, 1), Entry(place with { Sensor = other.Sensor }, 2)));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, unit.Status);
        Assert.Contains("readings[2]", unit.Body["error"]!["message"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, device.Status);
        Assert.Contains("readings[1]", device.Body["error"]!["message"]!.GetValue<string>());
        Assert.Equal(0, await stage.Data.ValueAsync<long>(CountSql, Cancel));
    }

    [Fact]
    public async Task One_reading_that_the_database_refuses_takes_all_of_its_request_and_no_other()
    {
        var (place, other) = (
            await Given.AnOrganizationWithAUnit(stage, Cancel),
            await Given.AnOrganizationWithAUnit(stage, Cancel)
        );
        var second = place with
        {
            Unit = await stage.Data.ValueAsync<Guid>(
                $"insert into units (area_id, name) values ('{place.Area}', 'Second') returning id",
                Cancel
            ),
        };
        await SendAsync(place, Bulk(Entry(second, 1)));
        await stage.Data.ValueAsync<int>(
            $"with gone as (delete from units where id = '{second.Unit}') select 1",
            Cancel
        );

        var answers = await Task.WhenAll(
            SendAsync(place, Bulk(Entry(place, 2), Entry(second, 3))),
            SendAsync(other, Bulk(Entry(other, 2), Entry(other, 3)))
        );

        Assert.Equal([HttpStatusCode.UnprocessableEntity, HttpStatusCode.OK], answers.Select(answer => answer.Status));
        Assert.Equal(
            other.Unit.ToString(),
            await stage.Data.ValueAsync<string>(
                "select string_agg(distinct unit_id::text, ' ') from sensor_readings",
                Cancel
            )
        );
        Assert.Equal(2, await stage.Data.ValueAsync<long>(CountSql, Cancel));
    }

    [Theory]
    [InlineData("""[]""", 400)]
    [InlineData("""{}""", 400)]
    [InlineData("""{ "readings": {} }""", 400)]
    [InlineData("""{ "readings": [] }""", 400)]
    [InlineData("""{ "readings": [ 7 ] }""", 400)]
    [InlineData("""{ "readings": [ { "temperature": 4, "recorded_at": "2026-01-14T12:00:00Z" } ] }""", 400)]
    [InlineData(
        """{ "readings": [ { "unit_id": "kitchen", "temperature": 4, "recorded_at": "2026-01-14T12:00:00Z" } ] }""",
        400
    )]
    [InlineData("""{ "readings": [ { "unit_id": "UNIT", "temperature": 4, "recorded_at": "yesterday" } ] }""", 400)]
    [InlineData(
        """
            { "readings": [
              { "unit_id": "UNIT", "temperature": 4, "recorded_at": "2026-01-14T12:00:00Z", "source": "rumour" }
            ] }
            """,
        400
    )]
    [InlineData(
        """{ "readings": [ { "unit_id": "UNIT", "temperature": 6553.5, "recorded_at": "2026-01-14T12:00:00Z" } ] }""",
        422
    )]
    [InlineData("""{ "readings": [ { "unit_id": "UNIT", "recorded_at": "2026-01-14T12:00:00Z" } ] }""", 422)]
    [InlineData(
        """{ "readings": [ { "unit_id": "UNIT", "temperature": 4, "recorded_at": "2036-01-14T12:00:00Z" } ] }""",
        422
    )]
    [InlineData(
        """{"readings":[{"unit_id":"UNIT","recorded_at":"NOON","temperature":4,"temperatureUnit":"K"}]}""",
        400
    )]
    [InlineData("""{"readings":[{"unit_id":"UNIT","recorded_at":"NOON","temperature":4,"temperatureUnit":5}]}""", 400)]
    [InlineData("""{"readings":[{"unit_id":"UNIT","recorded_at":"NOON","temperature":4,"temp_unit":"K"}]}""", 422)]
    [InlineData("""{"readings":[{"unit_id":"UNIT","recorded_at":"NOON","temperature":[4, 5],"humidity":60}]}""", 422)]
    [InlineData("""{"readings":[{"unit_id":"UNIT","recorded_at":"NOON","temp_probe":4,"humidity":60}]}""", 422)]
    [InlineData(
        """{"readings":[{"unit_id":"UNIT","recorded_at":"NOON","data":{"temperature":4},"humidity":60}]}""",
        422
    )]
    [InlineData(
        """{"readings":[{"unit_id":"UNIT","recorded_at":"NOON","humidity":60,"history":[{"temperature":4}]}]}""",
        422
    )]
    public async Task Wrong_request_is_refused_with_a_reason_and_stores_nothing(string body, int expected)
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);

        var (status, answer) = await SendAsync(place, body.Replace("UNIT", $"{place.Unit}").Replace("NOON", Noon));

        Assert.Equal(expected, (int)status);
        Assert.NotEmpty(answer["error"]!["message"]!.GetValue<string>());
        Assert.Equal(0, await stage.Data.ValueAsync<long>(CountSql, Cancel));
    }

    [Fact]
    public async Task More_than_a_thousand_readings_and_wrong_secrets_are_refused()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);

        Assert.Equal(
            HttpStatusCode.BadRequest,
            (
                await SendAsync(place, Bulk([.. Enumerable.Range(1, 1_001).Select(minute => Entry(place, minute))]))
            ).Status
        );
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await SendAsync(place with { Secret = "whsec-wrong" }, Bulk(Entry(place, 1)))).Status
        );
        Assert.Equal(0, await stage.Data.ValueAsync<long>(CountSql, Cancel));
    }

    private Task<(HttpStatusCode Status, JsonNode Body)> SendAsync(Place place, string body) =>
        stage.Client.SendAsync(place.Secret, body, Cancel, path: "/api/ingest/readings");

    private static string Bulk(params string[] entries) => $$"""{ "readings": [ {{string.Join(", ", entries)}} ] }""";

    private static string Entry(Place place, int minute) =>
        $$"""
            { "unit_id": "{{place.Unit}}", "device_id": "{{place.Sensor}}", "temperature": -18.4, "humidity": 55,
              "recorded_at": "{{ApiStage.Start.AddMinutes(-minute):yyyy-MM-ddTHH:mm:ss}}Z" }
            """;
}
