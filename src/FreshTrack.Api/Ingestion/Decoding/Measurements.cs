namespace FreshTrack.Api.Ingestion;

/// <summary>What one reading holds: a temperature in the unit of stored ones, percent, percent and V.</summary>
internal sealed record Measurements(
    decimal? Temperature,
    decimal? Humidity,
    int? Battery,
    decimal? BatteryVoltage,
    bool? DoorOpen
)
{
    public bool IsEmpty =>
        this is { Temperature: null, Humidity: null, Battery: null, BatteryVoltage: null, DoorOpen: null };
}
