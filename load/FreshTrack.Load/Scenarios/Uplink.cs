using System.Buffers;
using System.Text.Json;

namespace FreshTrack.Load.Scenarios;

/// <summary>The body of a The Things Stack v3 uplink webhook, as a gateway in a kitchen makes it.</summary>
internal static class Uplink
{
    private const double ExcursionShare = 0.02;

    /// <summary>From the network server to the webhook: deduplication between gateways takes most of it.</summary>
    private static readonly TimeSpan NetworkTime = TimeSpan.FromMilliseconds(180);

    /// <param name="frame">The device's frame counter.</param>
    /// <param name="deliveredAt">When The Things Network calls the webhook;
    /// the uplink itself is a little older.</param>
    /// <param name="draw">Decides temperature, battery and radio; equal draws give equal bodies.</param>
    public static ReadOnlyMemory<byte> Write(DeviceTarget device, long frame, DateTimeOffset deliveredAt, Draw draw)
    {
        var receivedAt = deliveredAt - NetworkTime;
        var buffer = new ArrayBufferWriter<byte>(1536);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        WriteIds(json, device, draw.Next());
        json.WriteString("received_at", Time(deliveredAt));
        json.WriteStartObject("uplink_message");
        json.WriteString("session_key_id", "AYx0rWQdR1yLrVnKqkZf7g==");
        json.WriteNumber("f_port", 2);
        json.WriteNumber("f_cnt", frame);
        WritePayload(json, device, ref draw);
        WriteRadio(json, receivedAt, ref draw);
        json.WriteString("received_at", Time(receivedAt));
        json.WriteString("consumed_airtime", "0.061696s");
        json.WriteStartObject("network_ids");
        json.WriteString("net_id", "000013");
        json.WriteString("tenant_id", "ttn");
        json.WriteString("cluster_id", "nam1");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteIds(Utf8JsonWriter json, DeviceTarget device, ulong correlation)
    {
        json.WriteStartObject("end_device_ids");
        json.WriteString("device_id", device.DeviceId);
        json.WriteStartObject("application_ids");
        json.WriteString("application_id", device.ApplicationId);
        json.WriteEndObject();
        json.WriteString("dev_eui", device.DevEui);
        json.WriteString("join_eui", "A840410000000101");
        json.WriteString("dev_addr", "260C1A2B");
        json.WriteEndObject();
        json.WriteStartArray("correlation_ids");
        json.WriteStringValue($"gs:uplink:{correlation:X16}");
        json.WriteEndArray();
    }

    private static void WritePayload(Utf8JsonWriter json, DeviceTarget device, ref Draw draw)
    {
        var isDoor = device.SensorType is "door" or "contact";
        var temperature = Temperature(device, ref draw);
        var humidity = Math.Round(35 + (40 * draw.Unit()), 1);
        var volts = Math.Round(2.9 + (0.7 * draw.Unit()), 3);
        var open = draw.Unit() < 0.1;
        byte[] raw = isDoor
            ? [(byte)(open ? 1 : 0), (byte)(volts * 50)]
            :
            [
                (byte)((short)(temperature * 100) >> 8),
                (byte)(short)(temperature * 100),
                (byte)(humidity * 2),
                (byte)(volts * 50),
            ];
        json.WriteBase64String("frm_payload", raw);
        new Decoded(isDoor, temperature, humidity, volts, open).Write(json, device.DevEui);
    }

    /// <summary>Between the unit's limits; now and then above them,
    /// so that alerts are evaluated as on a real day.</summary>
    private static double Temperature(DeviceTarget device, ref Draw draw)
    {
        var max = (double)device.TemperatureMax;
        var min = device.TemperatureMin is { } limit ? (double)limit : max - 8;
        var share = draw.Unit();
        var warm = draw.Unit() < ExcursionShare;
        return Math.Round(warm ? max + 1 + (3 * share) : min + ((max - min) * (0.1 + (0.8 * share))), 2);
    }

    private static void WriteRadio(Utf8JsonWriter json, DateTimeOffset receivedAt, ref Draw draw)
    {
        var rssi = -110 + draw.Below(60);
        json.WriteStartArray("rx_metadata");
        json.WriteStartObject();
        json.WriteStartObject("gateway_ids");
        json.WriteString("gateway_id", "kitchen-gateway-1");
        json.WriteString("eui", "0016C001F11766E7");
        json.WriteEndObject();
        json.WriteString("time", Time(receivedAt));
        json.WriteNumber("timestamp", (uint)draw.Next());
        json.WriteNumber("rssi", rssi);
        json.WriteNumber("channel_rssi", rssi);
        json.WriteNumber("snr", Math.Round((draw.Unit() * 17) - 7, 1));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("settings");
        json.WriteStartObject("data_rate");
        json.WriteStartObject("lora");
        json.WriteNumber("bandwidth", 125000);
        json.WriteNumber("spreading_factor", 7);
        json.WriteString("coding_rate", "4/5");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteString("frequency", "904300000");
        json.WriteString("time", Time(receivedAt));
        json.WriteEndObject();
    }

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'");
}
