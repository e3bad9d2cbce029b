namespace FreshTrack.Api.Readings;

/// <summary>One row of the table, as dashboards read it. Written by <see cref="ReadingRow"/>; this says its shape to
/// who generates a client.</summary>
internal sealed record Reading(
    Guid Id,
    Guid UnitId,
    Guid? DeviceId,
    Guid? LoraSensorId,
    decimal? Temperature,
    decimal? Humidity,
    bool? DoorOpen,
    int? Battery,
    decimal? BatteryVoltage,
    int? SignalStrength,
    DateTime RecordedAt,
    DateTime ReceivedAt,
    string? Source
);

internal sealed record ReadingsPage(IReadOnlyList<Reading> Data, Pagination Pagination);

/// <summary>Which part this is. Without <see cref="NextCursor"/> it is the last one.</summary>
internal sealed record Pagination(int Limit, int Offset, string? NextCursor);

internal sealed record LatestPage(IReadOnlyList<Reading> Data);

/// <summary>What a unit's readings were between <see cref="BucketStart"/>
/// and the next bucket's start; °C and percent.</summary>
internal sealed record Bucket(
    DateTime BucketStart,
    int Count,
    decimal? TemperatureMin,
    decimal? TemperatureAvg,
    decimal? TemperatureMax,
    decimal? HumidityMin,
    decimal? HumidityAvg,
    decimal? HumidityMax
);

internal sealed record BucketsPage(IReadOnlyList<Bucket> Data);
