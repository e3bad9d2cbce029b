namespace FreshTrack.Api.Ingestion;

/// <summary>One uplink as TTN delivered it, reduced to what a reading keeps.</summary>
internal sealed record Uplink
{
    /// <summary>Normalised; empty when the uplink names its device by <see cref="DeviceId"/> alone.</summary>
    public required string DevEui { get; init; }

    public required string DeviceId { get; init; }

    /// <summary>When the network received it: UTC, whole microseconds, as the database keeps them.</summary>
    public required DateTime RecordedAt { get; init; }

    /// <summary>Of <c>sensor_readings.source</c>.</summary>
    public string Source { get; init; } = "ttn";

    /// <summary>0 when absent: The Things Stack leaves zero values out. Null of what was measured earlier: a device may
    /// tell it in several frames.</summary>
    public long? FrameCounter { get; init; }

    public int? FramePort { get; init; }

    /// <summary>What the decoders made of the payload; null when the application has none.</summary>
    public required DecodedPayload? Payload { get; init; }

    /// <summary>The best gateway's RSSI in dBm.</summary>
    public int? SignalStrength { get; init; }

    public string? PayloadBase64 { get; init; }

    /// <summary>The decoded payload as JSON text that a jsonb column takes.</summary>
    public string? DecodedPayload { get; init; }

    /// <summary>What the device measured before, each as an uplink of that time.</summary>
    public IReadOnlyList<Uplink> Past { get; init; } = [];

    /// <summary>How many entries of its history have no time that can be used.</summary>
    public int PastWithoutTime { get; init; }

    /// <summary>The same with its temperatures in known units.</summary>
    public Uplink OfSensorIn(TemperatureUnit unit) =>
        this with
        {
            Payload = Payload?.OfSensorIn(unit),
            Past = [.. Past.Select(told => told.OfSensorIn(unit))],
        };

    /// <summary>After <see cref="OfSensorIn"/>.</summary>
    public UplinkReading Read(Device device) =>
        Payload is null
            ? new UplinkReading(Measured: null, UplinkReason.NoFormatter)
            : UplinkReading.Of(Payload, device.Facts, device.StoredUnit);
}

/// <summary>What became of a webhook's body.</summary>
internal abstract record ParsedUplink
{
    private ParsedUplink() { }

    public sealed record Accepted(Uplink Uplink) : ParsedUplink;

    /// <summary>A message of TTN that can never become a reading, such as a join.</summary>
    /// <param name="Reason">One of <see cref="UplinkReason"/>.</param>
    public sealed record Ignored(string Reason) : ParsedUplink;

    /// <summary>Status 400: not a TTN v3 message. Status 422: a bulk request that cannot be stored.</summary>
    public sealed record Refused(int Status, string Message) : ParsedUplink;
}
