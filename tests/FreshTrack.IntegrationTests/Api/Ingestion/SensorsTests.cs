using System.Net;
using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.Api;

/// <summary>Which probe of a sensor counts, as people set it.</summary>
public sealed class SensorsTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Probe_that_a_manager_sets_counts_from_the_next_uplink_on()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var manager = await stage.SignInAsync(place.Organization, Cancel, role: "manager");
        Assert.Equal("21.40 SEVERAL_PROBES", await UplinkAsync(place, 1));

        var (status, body) = await PatchAsync(place, manager, """{ "temperature_field": "TempC_DS" }""");

        Assert.Equal(
            (HttpStatusCode.OK, "TempC_DS", place.Sensor.ToString()),
            (status, body["data"]!["temperature_field"]!.ToString(), body["data"]!["id"]!.ToString())
        );
        Assert.Equal("-18.60", await UplinkAsync(place, 2));

        await PatchAsync(place, manager, """{ "temperature_field": null }""");
        Assert.Equal("21.40 SEVERAL_PROBES", await UplinkAsync(place, 3));
    }

    [Fact]
    public async Task Change_is_one_event_of_the_chain_and_a_repetition_none()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var owner = await stage.SignInAsync(place.Organization, Cancel, role: "owner");

        await PatchAsync(place, owner, """{ "temperature_field": "temperature_2" }""");
        await PatchAsync(place, owner, """{ "temperature_field": "temperature_2" }""");

        Assert.Equal(
            $"sensor.changed {place.Sensor} null temperature_2 t t",
            await stage.Data.ValueAsync<string>(
                """
                select string_agg(concat_ws(' ', event_type, payload ->> 'sensor_id',
                  coalesce(payload ->> 'from', 'null'), payload ->> 'to',
                   actor_id is not null, event_hash is not null), ';') from event_logs
                """,
                Cancel
            )
        );
    }

    [Theory]
    [InlineData("""{ "temperature_field": "fridge" }""")]
    [InlineData("""{ "temperature_field": "humidity" }""")]
    [InlineData("""{ "temperature_field": "" }""")]
    [InlineData("""{ "temperature_field": "TempC_DS[1]" }""")]
    [InlineData("""{ "temperature_field": "\ud800" }""")]
    [InlineData("""{ "temperature_field": 3 }""")]
    [InlineData("{}")]
    public async Task Name_that_is_no_temperature_is_422_and_changes_nothing(string body)
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var owner = await stage.SignInAsync(place.Organization, Cancel, role: "owner");

        var (status, answer) = await PatchAsync(place, owner, body);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.StartsWith("temperature_field", answer["error"]!["message"]!.ToString());
        Assert.Equal(0, await stage.Data.ValueAsync<long>("select count(temperature_field) from lora_sensors", Cancel));
    }

    [Theory]
    [InlineData("externalTemperature2[1]")]
    [InlineData("mcu_temperature")]
    [InlineData("TEMPERATURE_5")]
    [InlineData("normalized.air.temperature")]
    public async Task Every_temperature_of_the_table_can_be_set(string name)
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var owner = await stage.SignInAsync(place.Organization, Cancel, role: "owner");

        var (status, _) = await PatchAsync(place, owner, $$"""{ "temperature_field": "{{name}}" }""");

        Assert.Equal(HttpStatusCode.OK, status);
    }

    private Task<(HttpStatusCode Status, JsonNode Body)> PatchAsync(Place place, string token, string body) =>
        stage.Client.SendAsync(
            HttpMethod.Patch,
            $"/api/orgs/{place.Organization}/sensors/{place.Sensor}",
            token,
            body,
            Cancel
        );

    private async Task<string> UplinkAsync(Place place, int counter)
    {
        var uplink = JsonNode.Parse(Given.AnUplink(place, counter))!;
        uplink["uplink_message"]!["decoded_payload"] = JsonNode.Parse("""{ "TempC_SHT": 21.4, "TempC_DS": -18.6 }""");
        var (_, body) = await stage.Client.SendAsync(place.Secret, uplink.ToJsonString(), Cancel);
        var stored = await stage.Data.ValueAsync<decimal>(
            $"select temperature from sensor_readings where id = '{body["reading_id"]}'",
            Cancel
        );
        return $"{stored} {body["reason"]}".TrimEnd();
    }
}
