namespace FreshTrack.Api.Ingestion;

/// <summary>One uplink as TTN delivered it, reduced to what a reading keeps.</summary>
internal sealed record Uplink
{
    /// <summary>Normalised; empty when the uplink names its device by <see cref="DeviceId"/> alone.</summary>
    public required string DevEui { get; init; }

    public required string DeviceId { get; init; }

    /// <summary>When the network received it: UTC, whole microseconds, as the database keeps them.</summary>
    public required DateTime RecordedAt { get; init; }

    public long? FrameCounter { get; init; }

    public int? FramePort { get; init; }

    public required Measurements Measured { get; init; }

    /// <summary>The best gateway's RSSI in dBm.</summary>
    public int? SignalStrength { get; init; }

    public string? PayloadBase64 { get; init; }

    /// <summary>The decoded payload as JSON text, untouched.</summary>
    public required string DecodedPayload { get; init; }
}

/// <summary>What became of a webhook's body.</summary>
internal abstract record ParsedUplink
{
    private ParsedUplink() { }

    public sealed record Accepted(Uplink Uplink) : ParsedUplink;

    /// <summary>A message of TTN that carries no measurement, such as a join.</summary>
    public sealed record Ignored : ParsedUplink;

    /// <summary>Status 400: not a TTN v3 uplink. Status 422: an uplink without a usable measurement.</summary>
    public sealed record Refused(int Status, string Message) : ParsedUplink;
}
