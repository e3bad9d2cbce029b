namespace FreshTrack.Api.Ingestion;

/// <summary>What its own row and the catalog of models say about a sensor's payloads.</summary>
internal sealed record SensorFacts
{
    public static SensorFacts Unknown { get; } = new();

    /// <summary>The field of its payload whose probe counts; null when none is set.</summary>
    public string? TemperatureField { get; init; }

    /// <summary>A label of <c>lora_sensor_type</c>; null for a device of <c>devices</c>.</summary>
    public string? Type { get; init; }

    /// <summary>Of its battery, as the catalog spells it; null without a catalog entry, or when that does not
    /// say.</summary>
    public string? Chemistry { get; init; }

    /// <summary>In which its model reports temperatures whose field names no unit: °C, or °F when the catalog says
    /// so.</summary>
    public FieldUnit TemperatureUnit { get; init; } = FieldUnit.Celsius;
}
