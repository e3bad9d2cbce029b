using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.FormerWebhook;

/// <summary>What the system that is left answers and stores.</summary>
public sealed class FormerWebhookTests(FormerSystem system) : IClassFixture<FormerSystem>, IAsyncLifetime
{
    private static readonly JsonObject Cold = new() { ["temperature"] = 4.2, ["humidity"] = 60.5 };

    public async ValueTask InitializeAsync() => await system.ResetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Uplink_is_stored_in_fahrenheit_at_the_networks_rounded_time()
    {
        var answer = await system.PostAsync(FormerSystem.Uplink(Clone(Cold)));

        Assert.Equal(200, answer.Status);
        Assert.Equal("true", answer["success"]);
        Assert.Equal(
            $"{answer["reading_id"]} 39.56 60.50 -97 ttn 2026-01-15 00:00:00.123457+00 2 01755c",
            await system.ReadingAsync(
                "id, temperature, humidity, signal_strength, source, recorded_at, f_port, raw_payload_hex"
            )
        );
        Assert.Equal(1, await system.CountAsync("units where last_temp_reading = 39.56 and sensor_reliable"));
        Assert.Equal(1, await system.CountAsync("lora_sensors where status = 'active'"));
    }

    [Theory]
    [InlineData("fridge-1", null)]
    [InlineData("other", "70B3D57ED0051234")]
    [InlineData(null, "70-b3-d5-7e-d0-05-12-34")]
    [InlineData(null, "70b3d57ed0059999")]
    public async Task Device_is_found_by_its_id_then_by_its_eui_in_any_spelling(string? deviceId, string? devEui)
    {
        var answer = await system.PostAsync(FormerSystem.Uplink(Clone(Cold), deviceId, devEui));

        Assert.Equal(200, answer.Status);
        Assert.Equal("39.56", await system.ReadingAsync("temperature"));
    }

    [Fact]
    public async Task Message_that_comes_twice_is_stored_twice()
    {
        await system.PostAsync(FormerSystem.Uplink(Clone(Cold)));
        await system.PostAsync(FormerSystem.Uplink(Clone(Cold)));

        Assert.Equal(2, await system.CountAsync("sensor_readings"));
    }

    [Theory]
    [InlineData("""{"join_accept":{}}""", "event_type", "join_accept")]
    [InlineData("""{"location_solved":{}}""", "event_type", "unknown")]
    [InlineData("""{"uplink_message":{},"end_device_ids":{"dev_eui":"12"}}""", "reason", "Invalid dev_eui format")]
    [InlineData(
        """{"uplink_message":{},"end_device_ids":{"device_id":"nobody"}}""",
        "reason",
        "Unknown device - not registered for this organization"
    )]
    [InlineData("no JSON", "error", "Processing error")]
    public async Task What_is_of_no_use_is_accepted_and_not_processed(string body, string field, string said)
    {
        var answer = await system.SendAsync(HttpMethod.Post, "/functions/v1/ttn-webhook", body, FormerSystem.Secret);

        Assert.Equal(
            (202, "true", "false", said),
            (answer.Status, answer["accepted"], answer["processed"], answer[field])
        );
        Assert.Equal(0, await system.CountAsync("sensor_readings"));
    }

    [Theory]
    [InlineData(null, "X-Webhook-Secret", 401)]
    [InlineData("whsec_wrong", "X-Webhook-Secret", 401)]
    [InlineData("whsec_disabled", "X-Webhook-Secret", 401)]
    [InlineData(FormerSystem.Secret, "X-Api-Key", 401)]
    [InlineData(FormerSystem.Secret, "X-Downlink-Apikey", 200)]
    public async Task Secret_is_demanded(string? secret, string header, int status) =>
        Assert.Equal(status, (await system.PostAsync(FormerSystem.Uplink(Clone(Cold)), secret, header)).Status);

    [Fact]
    public async Task Only_posts_are_read()
    {
        Assert.Equal(200, (await system.SendAsync(HttpMethod.Get, "/functions/v1/ttn-webhook")).Status);
        Assert.Equal(200, (await system.SendAsync(HttpMethod.Options, "/functions/v1/ttn-webhook")).Status);
    }

    [Theory]
    [InlineData("""{"TempC_DS": 5, "TempC_SHT": 4}""", "fridge-1", "39.20")]
    [InlineData("""{"temp": 5, "temp_c": 4}""", "fridge-1", "39.20")]
    [InlineData("""{"temperature": 4, "temp_c": 5}""", "fridge-1", "39.20")]
    [InlineData("""{"temperature": 39.2}""", "fahrenheit", "39.20")]
    [InlineData("""{"temperature": 4, "Hum_SHT": 61, "BatV": 3.3}""", "fridge-1", "39.20 61.00 50 3.300")]
    [InlineData("""{"temperature": 4, "humidity": 61, "BatV": 2.9}""", "chemistry", "39.20 61.00 65 2.900")]
    [InlineData("""{"temperature": 4, "humidity": 61, "battery": 77}""", "fridge-1", "39.20 61.00 77")]
    [InlineData("""{"temperature": 4, "humidity": 61, "battery": 3, "Bat_status": 3}""", "fridge-1", "39.20 61.00")]
    public async Task Fields_are_read_by_their_names(string decoded, string device, string expected)
    {
        await system.PostAsync(FormerSystem.Uplink(JsonNode.Parse(decoded)!.AsObject(), device));

        Assert.Equal(expected, await system.ReadingAsync("temperature, humidity, battery_level, battery_voltage"));
    }

    [Fact]
    public async Task Door_is_told_once_for_each_change_and_makes_a_sensor_one_of_doors()
    {
        foreach (var state in new[] { "open", "OPEN", "close" })
        {
            await system.PostAsync(FormerSystem.Uplink(new JsonObject { ["door_status"] = state }));
        }

        Assert.Equal(3, await system.CountAsync("sensor_readings where door_open is not null and temperature is null"));
        Assert.Equal(
            1,
            await system.CountAsync("door_events where state = 'open' and metadata ->> 'is_initial' = 'true'")
        );
        Assert.Equal(1, await system.CountAsync("door_events where state = 'closed'"));
        Assert.Equal(1, await system.CountAsync("units where door_state = 'closed'"));
        Assert.Equal(1, await system.CountAsync("lora_sensors where sensor_type = 'door'"));
    }

    [Theory]
    [InlineData("fridge-1", """{"humidity": 60}""", "Sensor updated, no data to record")]
    [InlineData("spare", """{"temperature": 4}""", "Sensor updated (not assigned to unit)")]
    public async Task Nothing_to_record_is_processed(string device, string decoded, string said)
    {
        var answer = await system.PostAsync(FormerSystem.Uplink(JsonNode.Parse(decoded)!.AsObject(), device));

        Assert.Equal((200, said), (answer.Status, answer["message"]));
        Assert.Equal(0, await system.CountAsync("sensor_readings"));
    }

    [Fact]
    public async Task Payload_that_the_table_refuses_does_not_cost_the_reading()
    {
        var decoded = new JsonObject { ["temperature"] = 4, ["note"] = "a\0b" };

        Assert.Equal(200, (await system.PostAsync(FormerSystem.Uplink(decoded))).Status);
        Assert.Equal(1, await system.CountAsync("sensor_readings where network_decoded_payload is null"));
    }

    [Theory]
    [InlineData("""{"temperature": 4, "battery": 92.5}""")]
    [InlineData("""{"temperature": 4000}""")]
    public async Task Value_that_the_table_refuses_is_not_accepted(string decoded)
    {
        var answer = await system.PostAsync(FormerSystem.Uplink(JsonNode.Parse(decoded)!.AsObject()));

        Assert.Equal((500, "false"), (answer.Status, answer["accepted"]));
        Assert.Equal(0, await system.CountAsync("sensor_readings"));
    }

    private static JsonObject Clone(JsonObject json) => json.DeepClone().AsObject();
}
