namespace FreshTrack.Api.Ingestion;

/// <summary>A reading on its way into the table.</summary>
internal sealed record NewReading
{
    public required Guid Id { get; init; }

    public required Guid Unit { get; init; }

    /// <summary>The LoRaWAN sensor that sent it.</summary>
    public Guid? Sensor { get; init; }

    /// <summary>The device behind a hub that sent it.</summary>
    public Guid? Device { get; init; }

    /// <summary><c>ttn</c>, <c>ttn_history</c>, <c>api</c>, <c>manual</c> or <c>import</c>.</summary>
    public required string Source { get; init; }

    /// <summary>When it was measured: UTC, whole microseconds.</summary>
    public required DateTime RecordedAt { get; init; }

    /// <summary>When the API got it: UTC.</summary>
    public required DateTime ReceivedAt { get; init; }

    public required Measurements Measured { get; init; }

    /// <summary>RSSI in dBm.</summary>
    public int? SignalStrength { get; init; }

    public long? FrameCounter { get; init; }

    public int? FramePort { get; init; }

    public string? PayloadBase64 { get; init; }

    /// <summary>The payload that TTN decoded, as JSON text.</summary>
    public string? DecodedPayload { get; init; }

    public static NewReading Of(Uplink uplink, Device device, Guid unit, Measurements measured, DateTime receivedAt) =>
        new()
        {
            Id = ReadingIdentity.Of(device.Id, uplink.RecordedAt, uplink.FrameCounter),
            Unit = unit,
            Sensor = device.IsSensor ? device.Id : null,
            Device = device.IsSensor ? null : device.Id,
            Source = uplink.Source,
            RecordedAt = uplink.RecordedAt,
            ReceivedAt = receivedAt,
            Measured = measured,
            SignalStrength = uplink.SignalStrength,
            FrameCounter = uplink.FrameCounter,
            FramePort = uplink.FramePort,
            PayloadBase64 = uplink.PayloadBase64,
            DecodedPayload = uplink.DecodedPayload,
        };
}
