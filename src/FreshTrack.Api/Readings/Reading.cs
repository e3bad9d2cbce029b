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

/// <param name="TemperatureUnit"><c>C</c> or <c>F</c>: of every temperature in <paramref name="Data"/>.</param>
internal sealed record ReadingsPage(IReadOnlyList<Reading> Data, string TemperatureUnit, Pagination Pagination);

/// <summary>Which part this is. Without <see cref="NextCursor"/> it is the last one.</summary>
internal sealed record Pagination(int Limit, int Offset, string? NextCursor);

internal sealed record LatestPage(IReadOnlyList<Reading> Data, string TemperatureUnit);

/// <summary>What a unit's readings were between <see cref="BucketStart"/>
/// and the next bucket's start; temperatures in the page's unit, and percent.</summary>
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

internal sealed record BucketsPage(IReadOnlyList<Bucket> Data, string TemperatureUnit);
