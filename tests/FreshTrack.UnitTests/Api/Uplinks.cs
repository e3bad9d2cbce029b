using System.Text;
using FreshTrack.Api;
using FreshTrack.Api.Ingestion;
using FreshTrack.Fixtures.Uplinks;

namespace FreshTrack.UnitTests.Api;

/// <summary>Parses uplinks the way the webhook does, on the fixtures' clock.</summary>
internal static class Uplinks
{
    public static readonly DateTimeOffset Now = new(2026, 1, 15, 0, 0, 0, TimeSpan.Zero);

    /// <summary>An uplink whose decoded payload is this JSON.</summary>
    public static string WithPayload(string decoded) =>
        $$"""
            {
              "end_device_ids": { "device_id": "fridge-1", "dev_eui": "24E124136B502217" },
              "received_at": "2026-01-14T07:21:28Z",
              "uplink_message": {
                "f_cnt": 7, "f_port": 85, "frm_payload": "AQ==",
                "decoded_payload": {{decoded}},
                "rx_metadata": [ { "rssi": -97 }, { "rssi": -61.4 }, { "snr": 3 } ],
                "received_at": "2026-01-14T07:21:27.1234567Z"
              }
            }
            """;

    public static ParsedUplink Parse(string json) => UplinkParser.Parse(Encoding.UTF8.GetBytes(json), Now);

    public static Uplink Accepted(string json) => Assert.IsType<ParsedUplink.Accepted>(Parse(json)).Uplink;

    /// <summary>What a sensor without a setting makes of a decoded payload.</summary>
    public static UplinkReading Reading(string decoded, string? temperatureField = null) =>
        Accepted(WithPayload(decoded)).Read(new SensorFacts { TemperatureField = temperatureField });

    /// <summary>As the sensor's payload is read where °C are stored.</summary>
    public static UplinkReading Read(this Uplink uplink, SensorFacts sensor) =>
        uplink.OfSensorIn(sensor.TemperatureUnit).Read(Sensor(sensor, TemperatureUnit.Celsius));

    public static Device Sensor(SensorFacts sensor, TemperatureUnit stored) =>
        new(Guid.Empty, IsSensor: true, Guid.Empty, sensor, stored);

    /// <summary>The measurements of a payload that becomes a reading.</summary>
    public static Measurements Measured(string decoded) => Assert.IsType<Measurements>(Reading(decoded).Measured);

    public static Uplink Sample(string name) =>
        Assert.IsType<ParsedUplink.Accepted>(UplinkParser.Parse(UplinkSamples.All[name], Now)).Uplink;

    public static decimal? Decimal(string? text) => text is null ? null : decimal.Parse(text);
}
