using FreshTrack.Api.Ingestion;

namespace FreshTrack.UnitTests.Api;

public sealed class UplinkParserTests
{
    [Theory]
    [InlineData("""{ "temperature": 4.2 }""", "4.2")]
    [InlineData("""{ "temp": -18.456 }""", "-18.46")]
    [InlineData("""{ "temperature_c": "4.20" }""", "4.20")]
    [InlineData("""{ "temperature_f": 39.56 }""", "4.20")]
    [InlineData("""{ "temperature_f": -40 }""", "-40")]
    [InlineData("""{ "temperature": null, "temp": 3 }""", "3")]
    [InlineData("""{ "temperature": { "value": 4.2, "unit": "°C" } }""", "4.2")]
    public void Temperature_is_read_under_each_of_its_names(string payload, string expected) =>
        Assert.Equal(Uplinks.Decimal(expected), Uplinks.Accepted(Uplinks.WithPayload(payload)).Measured.Temperature);

    [Theory]
    [InlineData("""{ "battery": 92 }""", 92, null)]
    [InlineData("""{ "battery": 3600 }""", null, "3.6")]
    [InlineData("""{ "batt": 3.05 }""", null, "3.05")]
    [InlineData("""{ "battery_level": 55, "battery_voltage": 2.9 }""", 55, "2.9")]
    [InlineData("""{ "vdd": 3630 }""", null, "3.63")]
    [InlineData("""{ "Volt": "2.4(low battery)" }""", null, "2.4")]
    public void Battery_is_percent_volts_or_millivolts(string payload, int? percent, string? volts)
    {
        var uplink = Uplinks.Accepted(Uplinks.WithPayload(payload));

        Assert.Equal(percent, uplink.Measured.Battery);
        Assert.Equal(Uplinks.Decimal(volts), uplink.Measured.BatteryVoltage);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("\"closed\"", false)]
    [InlineData("\"Open\"", true)]
    [InlineData("0", false)]
    public void Door_is_a_flag_a_word_or_a_bit(string value, bool open) =>
        Assert.Equal(open, Uplinks.Accepted(Uplinks.WithPayload($$"""{ "door": {{value}} }""")).Measured.DoorOpen);

    [Fact]
    public void Envelope_gives_device_time_counter_and_best_signal()
    {
        var uplink = Uplinks.Accepted(Uplinks.WithPayload("""{ "temperature": 4.2 }"""));

        Assert.Equal("24E124136B502217", uplink.DevEui);
        Assert.Equal(new DateTime(2026, 1, 14, 7, 21, 27, 123, 456, DateTimeKind.Utc), uplink.RecordedAt);
        Assert.Equal(7, uplink.FrameCounter);
        Assert.Equal(-61, uplink.SignalStrength);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{ "uplink_message": 3 }""")]
    [InlineData("""{ "uplink_message": {}, "end_device_ids": [] }""")]
    [InlineData("""{ "uplink_message": {}, "end_device_ids": {} }""")]
    [InlineData("""{ "uplink_message": { "f_cnt": -1 }, "end_device_ids": { "dev_eui": "01" } }""")]
    [InlineData("""{ "uplink_message": { "f_cnt": 1e99 }, "end_device_ids": { "dev_eui": "01" } }""")]
    [InlineData("""{ "uplink_message": {}, "end_device_ids": { "dev_eui": "\ud800" } }""")]
    [InlineData("""{ "uplink_message": { "received_at": "yesterday" }, "end_device_ids": { "dev_eui": "01" } }""")]
    [InlineData(
        """{ "uplink_message": { "received_at": "2026-01-14T07:21:27.123" }, "end_device_ids": { "dev_eui": "01" } }"""
    )]
    [InlineData("""{ "uplink_message": { "frm_payload": "??" }, "end_device_ids": { "dev_eui": "01" } }""")]
    public void Malformed_body_is_status_400(string body) =>
        Assert.Equal(400, Assert.IsType<ParsedUplink.Refused>(Uplinks.Parse(body)).Status);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "pressure": 1013 }""")]
    [InlineData("""{ "temperature": "warm" }""")]
    [InlineData("""{ "temperature": "NaN" }""")]
    [InlineData("""{ "temperature": 1e400 }""")]
    [InlineData("""{ "temperature": 6553.5 }""")]
    [InlineData("""{ "temperature": [4] }""")]
    [InlineData("""{ "temperature": 4, "humidity": 101 }""")]
    [InlineData("""{ "door": "ajar" }""")]
    [InlineData("""{ "temperature": 4, "note": "\u0000" }""")]
    public void Payload_without_a_usable_measurement_is_status_422(string payload) =>
        Assert.Equal(422, Assert.IsType<ParsedUplink.Refused>(Uplinks.Parse(Uplinks.WithPayload(payload))).Status);

    [Theory]
    [InlineData("2011-01-14T07:21:27Z")]
    [InlineData("2026-01-15T01:00:01Z")]
    public void Absurd_time_is_status_422(string time)
    {
        var body = Uplinks.WithPayload("""{ "temperature": 4 }""").Replace("2026-01-14T07:21:27.1234567Z", time);

        Assert.Equal(422, Assert.IsType<ParsedUplink.Refused>(Uplinks.Parse(body)).Status);
    }

    [Fact]
    public void Join_message_is_ignored() =>
        Assert.IsType<ParsedUplink.Ignored>(
            Uplinks.Parse("""{ "end_device_ids": { "device_id": "fridge-1" }, "join_accept": {} }""")
        );
}
