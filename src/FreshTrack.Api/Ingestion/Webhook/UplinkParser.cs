using System.Text.Json;

namespace FreshTrack.Api.Ingestion;

/// <summary>Reads a TTN v3 uplink message. Pure: the same body and time give the same answer.</summary>
/// <remarks>The format: https://www.thethingsindustries.com/docs/integrations/data-formats/ (absent fields are zero
/// values there).</remarks>
internal static class UplinkParser
{
    private const int MaximumPayloadLength = 1_024;

    private const string PastSource = "ttn_history";

    /// <summary>How far a device's clock may run ahead of the network's.</summary>
    private static readonly TimeSpan ClockDrift = TimeSpan.FromMinutes(5);

    /// <summary>What else The Things Stack posts to a webhook, often all to one address.</summary>
    private static readonly string[] OtherMessages =
    [
        "join_accept",
        "downlink_queued",
        "downlink_sent",
        "downlink_ack",
        "downlink_nack",
        "downlink_failed",
        "downlink_queue_invalidated",
        "location_solved",
        "service_data",
        "uplink_normalized",
    ];

    /// <param name="body">UTF-8, whatever a client sent.</param>
    /// <param name="now">A reading from later than an hour after this is not stored.</param>
    public static ParsedUplink Parse(ReadOnlyMemory<byte> body, DateTimeOffset now) =>
        IngestionJson.Parse(body, now, Parse, Malformed);

    private static ParsedUplink Parse(JsonElement root, DateTimeOffset now)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return Malformed("The body is not a JSON object.");
        }

        if (!root.TryGetProperty("uplink_message", out var message))
        {
            return Array.Exists(OtherMessages, name => root.TryGetProperty(name, out _))
                ? new ParsedUplink.Ignored(UplinkReason.OtherMessage)
                : Malformed("uplink_message is missing, and the body is no other message of The Things Stack.");
        }

        if (message.ValueKind != JsonValueKind.Object)
        {
            return Malformed("uplink_message is not an object.");
        }

        if (!root.TryGetProperty("end_device_ids", out var ids) || ids.ValueKind != JsonValueKind.Object)
        {
            return Malformed("end_device_ids is missing.");
        }

        return Parse(root, message, ids, now);
    }

    private static ParsedUplink Parse(JsonElement root, JsonElement message, JsonElement ids, DateTimeOffset now)
    {
        var device = new FieldReader(ids, "end_device_ids");
        var devEui = DeviceEui.Normalize(device.Text("dev_eui", 64));
        var deviceId = device.Text("device_id", 256) ?? "";
        var frame = new FieldReader(message, "uplink_message");
        var counter = frame.Number(["f_cnt"], 0, uint.MaxValue);
        var port = frame.Number(["f_port"], 0, 255);
        var payload = frame.Text("frm_payload", MaximumPayloadLength);
        if ((device.Problem ?? frame.Problem) is { } problem)
        {
            return Malformed(problem);
        }

        if (devEui.Length == 0 && deviceId.Length == 0)
        {
            return Malformed("end_device_ids names neither dev_eui nor device_id.");
        }

        if (payload is not null && !Convert.TryFromBase64String(payload, new byte[payload.Length], out _))
        {
            return Malformed("uplink_message.frm_payload is not base64.");
        }

        if (ReceivedAt(message, root) is not { } recordedAt)
        {
            return Malformed("received_at is missing or not an RFC 3339 time, in uplink_message and beside it.");
        }

        if (!ReadingTime.IsPlausible(recordedAt, now))
        {
            return new ParsedUplink.Ignored(UplinkReason.TimeOutOfRange);
        }

        var (decoded, normalized) = (Payload(message, "decoded_payload"), Payload(message, "normalized_payload"));
        var isDecoded = decoded.ValueKind == JsonValueKind.Object || normalized.ValueKind != JsonValueKind.Undefined;
        if (!isDecoded && string.IsNullOrEmpty(payload))
        {
            return new ParsedUplink.Ignored(UplinkReason.NoPayload);
        }

        var uplink = new Uplink
        {
            DevEui = devEui,
            DeviceId = deviceId,
            RecordedAt = recordedAt,
            FrameCounter = (long)(counter ?? 0),
            FramePort = (int?)port,
            Payload = isDecoded ? PayloadDecoder.Read(decoded, normalized) : null,
            SignalStrength = BestSignal(message),
            PayloadBase64 = payload,
            DecodedPayload = isDecoded ? StorableJson.Of(Text(decoded, normalized)) : null,
        };
        return new ParsedUplink.Accepted(
            uplink.Payload is { HasHistory: true }
                ? WithPast(uplink, PastPayloads.Read(decoded, IsLive(uplink.Payload) ? default : normalized), now)
                : uplink
        );
    }

    /// <summary>Then the normalized payload says the same again, with the times of the live values.</summary>
    private static bool IsLive(DecodedPayload payload) =>
        payload is { Temperatures.Count: > 0 } or { DoorOpen: not null };

    /// <summary>An entry from after the uplink that told it comes from a clock that is wrong.</summary>
    private static Uplink WithPast(Uplink uplink, PastPayloads past, DateTimeOffset now)
    {
        var told = past
            .Entries.Where(entry =>
                ReadingTime.IsPlausible(entry.RecordedAt, now) && entry.RecordedAt <= uplink.RecordedAt + ClockDrift
            )
            .Select(entry =>
                uplink with
                {
                    Source = PastSource,
                    RecordedAt = entry.RecordedAt,
                    FrameCounter = null,
                    Payload = entry.Payload,
                    SignalStrength = null,
                    PayloadBase64 = null,
                    DecodedPayload = StorableJson.Of(entry.Text),
                }
            )
            .ToArray();
        return uplink with { Past = told, PastWithoutTime = past.WithoutTime + past.Entries.Count - told.Length };
    }

    private static JsonElement Payload(JsonElement message, string name) =>
        message.TryGetProperty(name, out var payload)
        && payload.ValueKind is JsonValueKind.Object or JsonValueKind.Array
            ? payload
            : default;

    /// <summary>What the application's decoder said, or else the network's normalized form of it.</summary>
    private static string Text(JsonElement decoded, JsonElement normalized) =>
        decoded.ValueKind == JsonValueKind.Object ? decoded.GetRawText() : normalized.GetRawText();

    private static DateTime? ReceivedAt(JsonElement message, JsonElement root) => Time(message) ?? Time(root);

    private static DateTime? Time(JsonElement container) =>
        container.TryGetProperty("received_at", out var value) ? ReadingTime.Read(value) : null;

    private static int? BestSignal(JsonElement message)
    {
        if (!message.TryGetProperty("rx_metadata", out var gateways) || gateways.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        int? best = null;
        foreach (var gateway in gateways.EnumerateArray())
        {
            if (
                gateway.ValueKind == JsonValueKind.Object
                && gateway.TryGetProperty("rssi", out var rssi)
                && FieldReader.TryNumber(rssi, out var signal)
                && signal is > -1_000 and < 1_000
            )
            {
                best = Math.Max(best ?? int.MinValue, (int)decimal.Round(signal, MidpointRounding.AwayFromZero));
            }
        }

        return best;
    }

    private static ParsedUplink.Refused Malformed(string message) => new(StatusCodes.Status400BadRequest, message);
}
