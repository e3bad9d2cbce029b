using FreshTrack.Api;
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
        Assert.Equal(Uplinks.Decimal(expected), Uplinks.Measured(payload).Temperature);

    [Theory]
    [InlineData("""{ "battery": 92 }""", 92, null)]
    [InlineData("""{ "battery": 3600 }""", 100, "3.6")]
    [InlineData("""{ "batt": 3.15 }""", 25, "3.15")]
    [InlineData("""{ "battery_level": 55, "battery_voltage": 2.9 }""", 0, "2.9")]
    [InlineData("""{ "vdd": 3630 }""", 100, "3.63")]
    [InlineData("""{ "temp": 4, "battery": 3 }""", null, null)]
    [InlineData("""{ "temp": 4, "battery": 255 }""", null, null)]
    [InlineData("""{ "Volt": "2.4(low battery)" }""", 0, "2.4")]
    public void Battery_is_percent_volts_or_millivolts(string payload, int? percent, string? volts)
    {
        var measured = Uplinks.Measured(payload);

        Assert.Equal(percent, measured.Battery);
        Assert.Equal(Uplinks.Decimal(volts), measured.BatteryVoltage);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("\"closed\"", false)]
    [InlineData("\"Open\"", true)]
    [InlineData("0", false)]
    public void Door_is_a_flag_a_word_or_a_bit(string value, bool open) =>
        Assert.Equal(open, Uplinks.Measured($$"""{ "door": {{value}} }""").DoorOpen);

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
    [InlineData("{}", "NO_MEASUREMENT")]
    [InlineData("""{ "pressure": 1013 }""", "NO_MEASUREMENT")]
    [InlineData("""{ "door": "ajar" }""", "NO_MEASUREMENT")]
    [InlineData("""{ "temperature": "warm" }""", "NO_TEMPERATURE")]
    [InlineData("""{ "temperature": "NaN" }""", "NO_TEMPERATURE")]
    [InlineData("""{ "temperature": 1e400 }""", "NO_TEMPERATURE")]
    [InlineData("""{ "temperature": 6553.5, "humidity": 60 }""", "NO_TEMPERATURE")]
    [InlineData("""{ "temperature": [4] }""", "HISTORY")]
    [InlineData("""{ "probe_temp": 4, "humidity": 60 }""", "UNKNOWN_FIELD")]
    [InlineData("""{ "data": { "temperature": 4 } }""", "UNKNOWN_FIELD")]
    [InlineData("""{ "probes": [ { "id": 1, "temp": 4 } ], "humidity": 60 }""", "UNKNOWN_FIELD")]
    [InlineData("""{ "alarm": { "temperature": 8 }, "limits": { "max": { "temp": 8 } } }""", "NO_MEASUREMENT")]
    public void Payload_without_a_usable_measurement_is_answered_with_a_reason(string payload, string reason)
    {
        var reading = Uplinks.Reading(payload);

        Assert.Null(reading.Measured);
        Assert.Equal(reason, reading.Reason);
    }

    [Theory]
    [InlineData("""{ "temperature": 4, "humidity": 100.4 }""", "humidity", nameof(DropCause.OutOfRange))]
    [InlineData("""{ "temperature": 4, "battery": -1 }""", "battery", nameof(DropCause.OutOfRange))]
    [InlineData("""{ "temperature": 4, "TempC_SHT": 6553.5 }""", "TempC_SHT", nameof(DropCause.OutOfRange))]
    [InlineData("""{ "temperature": 4, "TempC_DS": 327.67 }""", "TempC_DS", nameof(DropCause.NoProbe))]
    [InlineData("""{ "temperature": 4, "TempF_DS": 185 }""", "TempF_DS", nameof(DropCause.NoProbe))]
    [InlineData("""{ "temperature": 4, "Temp_C1": "NULL" }""", "Temp_C1", nameof(DropCause.NotAValue))]
    [InlineData("""{ "temperature": 4, "door": "ajar" }""", "door", nameof(DropCause.NotAValue))]
    public void Field_that_cannot_be_used_is_dropped_and_takes_no_temperature_with_it(
        string payload,
        string field,
        string cause
    )
    {
        var uplink = Uplinks.Accepted(Uplinks.WithPayload(payload));

        Assert.Equal(4, uplink.Read(SensorFacts.Unknown).Measured?.Temperature);
        Assert.Equal(
            (field, cause),
            uplink.OfSensorIn(TemperatureUnit.Celsius).Payload!.Dropped.Select(d => (d.Field, $"{d.Cause}")).Single()
        );
    }

    [Fact]
    public void Eighty_five_degrees_are_a_temperature_where_no_DS18B20_reports_them() =>
        Assert.Equal(85, Uplinks.Measured("""{ "temperature": 85, "humidity": 5 }""").Temperature);

    [Fact]
    public void Negative_zero_loses_its_sign() =>
        Assert.False(decimal.IsNegative(Uplinks.Measured("""{ "temperature": -0.0 }""").Temperature!.Value));

    [Fact]
    public void Frame_counter_that_is_absent_is_0() =>
        Assert.Equal(
            0,
            Uplinks.Accepted(Uplinks.WithPayload("""{ "temp": 4 }""").Replace("\"f_cnt\": 7,", "")).FrameCounter
        );

    [Theory]
    [InlineData(""" "\\u0000" """, """ "\\u0000" """)]
    [InlineData(""" "a\u0000b" """, """ "a\ufffdb" """)]
    [InlineData(""" "\ud800" """, """ "\ufffd" """)]
    [InlineData(""" "\udc00\ud83d" """, """ "\ufffd\ufffd" """)]
    [InlineData(""" "\uD83D\uDE00" """, """ "\uD83D\uDE00" """)]
    [InlineData(""" "\\\u0000" """, """ "\\\ufffd" """)]
    public void Text_that_the_database_refuses_is_replaced_and_the_rest_is_kept(string note, string stored)
    {
        var uplink = Uplinks.Accepted(Uplinks.WithPayload($$"""{"temp":4,"note":{{note}}}"""));

        Assert.Equal(4, uplink.Read(SensorFacts.Unknown).Measured?.Temperature);
        Assert.Equal($$"""{"temp":4,"note":{{stored}}}""", uplink.DecodedPayload);
    }

    [Theory]
    [InlineData("2011-01-14T07:21:27Z")]
    [InlineData("2026-01-15T01:00:01Z")]
    public void Absurd_time_makes_no_reading(string time)
    {
        var body = Uplinks.WithPayload("""{ "temperature": 4 }""").Replace("2026-01-14T07:21:27.1234567Z", time);

        Assert.Equal(UplinkReason.TimeOutOfRange, Assert.IsType<ParsedUplink.Ignored>(Uplinks.Parse(body)).Reason);
    }

    [Fact]
    public void Join_message_is_ignored() =>
        Assert.IsType<ParsedUplink.Ignored>(
            Uplinks.Parse("""{ "end_device_ids": { "device_id": "fridge-1" }, "join_accept": {} }""")
        );
}
