using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using FreshTrack.Fixtures.Uplinks;
using FreshTrack.IntegrationTests.Api.Temperatures;

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
            await SetAsync(body.TemperatureField);
            var message = body.Of(place.DevEui, place.DeviceId, ApiStage.Start.AddMinutes(-number));

            var answer = await stage.Client.SendAsync(place.Secret, Encoding.UTF8.GetString(message), Cancel);

            Assert.Equal((body.Name, HttpStatusCode.OK), (body.Name, answer.Status));
            Assert.Equal(
                (body.Name, body.Expected.Reason, body.Expected.Field, body.Expected.HasReading),
                (
                    body.Name,
                    Text(answer.Body, "reason"),
                    Text(answer.Body, "field"),
                    answer.Body["reading_id"] is not null
                )
            );
            if (body.Expected.HasReading)
            {
                Assert.Equal((body.Name, Row(body.Expected)), (body.Name, await RowAsync(answer.Body["reading_id"]!)));
            }
        }

        Assert.Equal(
            UplinkCorpus.All.Count(body => body.Expected.HasReading),
            await stage.Data.ValueAsync<long>("select count(*) from sensor_readings", Cancel)
        );
    }

    private async Task SetAsync(string? temperatureField)
    {
        await using var command = stage.Data.CreateCommand(
            "update lora_sensors set temperature_field = $1 where temperature_field is distinct from $1"
        );
        command.Parameters.Add(new Npgsql.NpgsqlParameter<string?> { TypedValue = temperatureField });
        if (await command.ExecuteNonQueryAsync(Cancel) > 0)
        {
            stage.Forget();
        }
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
