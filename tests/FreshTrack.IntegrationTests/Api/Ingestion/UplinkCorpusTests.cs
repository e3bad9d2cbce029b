using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using FreshTrack.Fixtures.Uplinks;
using FreshTrack.IntegrationTests.Api.Temperatures;
using Npgsql;

namespace FreshTrack.IntegrationTests.Api;

/// <summary>The bodies of <c>fixtures/ttn/corpus</c> against the running API, on a database that stores °F.</summary>
public sealed class UplinkCorpusTests(FahrenheitStage fahrenheit) : IClassFixture<FahrenheitStage>, IAsyncLifetime
{
    private readonly ApiStage stage = fahrenheit.Api;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Every_body_is_answered_200_with_what_its_maker_means_and_stored_as_answered()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var number = 0;
        foreach (var body in UplinkCorpus.All)
        {
            number++;
            await SetAsync(place, body);
            var message = body.Of(place.DevEui, place.DeviceId, ApiStage.Start.AddMinutes(-number));

            var answer = await stage.Client.SendAsync(place.Secret, Encoding.UTF8.GetString(message), Cancel);

            Assert.Equal((body.Name, HttpStatusCode.OK), (body.Name, answer.Status));
            Assert.Equal(
                (body.Name, body.Expected.Reason, body.Expected.Field, body.Expected.HasReading, body.Expected.Past),
                (
                    body.Name,
                    Text(answer.Body, "reason"),
                    Text(answer.Body, "field"),
                    answer.Body["reading_id"] is not null,
                    answer.Body["past_readings"]?.GetValue<int>() ?? 0
                )
            );
            if (body.Expected.HasReading)
            {
                Assert.Equal((body.Name, Row(body.Expected)), (body.Name, await RowAsync(answer.Body["reading_id"]!)));
            }
        }

        Assert.Equal(
            UplinkCorpus.All.Sum(body => (body.Expected.HasReading ? 1 : 0) + body.Expected.Past),
            await stage.Data.ValueAsync<long>("select count(*) from sensor_readings", Cancel)
        );
    }

    /// <summary>Every chemistry is a model of its own.</summary>
    private async Task SetAsync(Place place, CorpusBody body)
    {
        await using var batch = stage.Data.CreateBatch();
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(
                """
                insert into sensor_catalog (manufacturer, model, display_name, battery_info)
                select 'Any', $1, $1, jsonb_build_object('chemistry', $1) where $1 is not null
                on conflict do nothing
                """
            )
            {
                Parameters = { new NpgsqlParameter<string?> { TypedValue = body.Chemistry } },
            }
        );
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(
                """
                update lora_sensors set
                  temperature_field = $2, sensor_type = $3::lora_sensor_type,
                  sensor_catalog_id = (select id from sensor_catalog where model = $4)
                where id = $1
                """
            )
            {
                Parameters =
                {
                    new NpgsqlParameter<Guid> { TypedValue = place.Sensor },
                    new NpgsqlParameter<string?> { TypedValue = body.TemperatureField },
                    new NpgsqlParameter<string> { TypedValue = body.SensorType },
                    new NpgsqlParameter<string?> { TypedValue = body.Chemistry },
                },
            }
        );
        await batch.ExecuteNonQueryAsync(Cancel);
        stage.Forget();
    }

    private Task<string> RowAsync(JsonNode id) =>
        stage.Data.ValueAsync<string>(
            "select concat_ws(' ', temperature, trim_scale(humidity), battery, "
                + $"trim_scale(battery_voltage), door_open) from sensor_readings where id = '{id}'",
            Cancel
        );

    private static string Row(ExpectedUplink expected) =>
        string.Join(
            ' ',
            new object?[]
            {
                expected.Temperature is { } celsius ? $"{(celsius * 9 / 5) + 32:0.00}" : null,
                expected.Humidity,
                expected.Battery,
                expected.Volts,
                expected.Door switch
                {
                    true => "t",
                    false => "f",
                    null => null,
                },
            }.Where(value => value is not null)
        );

    private static string? Text(JsonNode answer, string name) => answer[name]?.GetValue<string>();
}
