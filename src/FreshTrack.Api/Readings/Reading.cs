namespace FreshTrack.Api.Readings;

/// <summary>One row of the table, as dashboards read it. Numbers keep the scale that the table gives them.</summary>
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
    string? Source);

internal sealed record ReadingsPage(IReadOnlyList<Reading> Data, Pagination Pagination);

/// <summary>Which part this is. A page shorter than its limit is the last one.</summary>
internal sealed record Pagination(int Limit, int Offset);
