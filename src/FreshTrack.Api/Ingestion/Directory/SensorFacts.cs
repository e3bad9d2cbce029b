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

    /// <summary>The unit of the temperatures that its payload does not state the unit of: as its own row says, else its
    /// model's, else °C.</summary>
    public TemperatureUnit TemperatureUnit { get; init; } = TemperatureUnit.Celsius;
}
