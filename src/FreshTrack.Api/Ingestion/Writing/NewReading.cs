namespace FreshTrack.Api.Ingestion;

/// <summary>A reading on its way into the table.</summary>
internal sealed class NewReading
{
    private Guid? id;

    /// <summary>Follows from what it says; a repetition is answered with the id of the row that is there.</summary>
    public Guid Id => id ??= ReadingIdentity.Of(this);

    public required Guid Unit { get; init; }

    /// <summary>The LoRaWAN sensor that sent it.</summary>
    public Guid? Sensor { get; init; }

    /// <summary>The device behind a hub that sent it.</summary>
    public Guid? Device { get; init; }

    /// <summary>The sensor or device that measured; null where nobody said.</summary>
    public Guid? Reporter => Sensor ?? Device;

    /// <summary>It came as an uplink: the unit is the sensor's assignment, and what contradicts a stored reading is
    /// kept next to it. A bulk request that contradicts is rejected.</summary>
    public bool IsUplink { get; init; }

    /// <summary><c>ttn</c>, <c>ttn_history</c>, <c>api</c>, <c>manual</c> or <c>import</c>.</summary>
    public required string Source { get; init; }

    /// <summary>When it was measured, as the sender said: UTC, whole microseconds.</summary>
    public required DateTime SaidAt { get; init; }

    /// <summary>When it was measured, as it is stored: never later than <see cref="ReceivedAt"/>.</summary>
    public DateTime RecordedAt => IsClamped ? ReadingTime.WholeMicroseconds(ReceivedAt) : SaidAt;

    /// <summary>The time that was said lies ahead of the arrival.</summary>
    public bool IsClamped => SaidAt > ReceivedAt;

    /// <summary>When the API got it: UTC.</summary>
    public required DateTime ReceivedAt { get; init; }

    public required Measurements Measured { get; init; }

    /// <summary>How often the door was opened, as the device counts.</summary>
    public int? DoorOpenCount { get; init; }

    /// <summary>How long the door was open the last time.</summary>
    public int? DoorOpenSeconds { get; init; }

    /// <summary>The reading that this one corrects.</summary>
    public Guid? Supersedes { get; init; }

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
            IsUplink = true,
            Unit = unit,
            Sensor = device.IsSensor ? device.Id : null,
            Device = device.IsSensor ? null : device.Id,
            Source = uplink.Source,
            SaidAt = uplink.RecordedAt,
            ReceivedAt = receivedAt,
            Measured = measured,
            DoorOpenCount = measured.DoorOpen is null ? null : uplink.Payload?.DoorOpenCount,
            DoorOpenSeconds = measured.DoorOpen is null ? null : uplink.Payload?.DoorOpenSeconds,
            SignalStrength = uplink.SignalStrength,
            FrameCounter = uplink.FrameCounter,
            FramePort = uplink.FramePort,
            PayloadBase64 = uplink.PayloadBase64,
            DecodedPayload = uplink.DecodedPayload,
        };
}
