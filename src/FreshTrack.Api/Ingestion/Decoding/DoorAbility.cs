namespace FreshTrack.Api.Ingestion;

/// <summary>Which sensors tell of doors.</summary>
internal static class DoorAbility
{
    /// <summary>What a sensor is registered as when nobody chose: its payload may prove another.</summary>
    public const string UnsureType = "temperature";

    /// <summary>As the former webhook decided: every type but the two of temperatures, and of these the one that a
    /// payload may correct. A decoder's idle door field must not open the door of a unit.</summary>
    /// <param name="type">A label of <c>lora_sensor_type</c>; null for a device, which has none.</param>
    public static bool Counts(string? type) => type != "temperature_humidity";

    /// <summary>The payload of a sensor of this type proves that it is one of doors.</summary>
    public static bool IsProven(string? type, DecodedPayload? payload) =>
        type == UnsureType && payload is { DoorOpen: not null };
}
