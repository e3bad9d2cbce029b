using System.Text.Json;
using FreshTrack.Api.Ingestion;

namespace FreshTrack.Api.Sensors;

/// <summary>What is to be changed of a sensor; fields beside these are not read.</summary>
/// <param name="TemperatureField">The field of its payload whose probe counts, or null for the API's own order.</param>
internal sealed record SensorChange(JsonElement TemperatureField)
{
    private const int MaximumName = 100;

    /// <summary>Null for the API's own order.</summary>
    public string? Field => TemperatureField.ValueKind == JsonValueKind.String ? TemperatureField.GetString() : null;

    /// <summary>What is wrong with it, or null.</summary>
    public string? Problem() =>
        TemperatureField.ValueKind switch
        {
            JsonValueKind.Undefined => "temperature_field is missing; it is the name of a field, or null.",
            JsonValueKind.Null => null,
            JsonValueKind.String when FieldReader.TryText(TemperatureField, out var name) => Problem(name),
            _ => "temperature_field must be the name of a field, or null.",
        };

    private static string? Problem(string name) =>
        name.Length <= MaximumName && PayloadFieldTable.IsTemperature(name)
            ? null
            : $"temperature_field '{(name.Length <= MaximumName ? name : name[..MaximumName])}' is the name of no "
                + "temperature that the API reads. Use one such as TempC_DS, externalTemperature, temperature_2 or "
                + "externalTemperature2[1].";
}

/// <summary>A sensor as the change left it.</summary>
internal sealed record ChangedSensor(
    Guid Id,
    Guid? UnitId,
    string DevEui,
    string Name,
    string SensorType,
    string? TemperatureField
);

internal sealed record ChangedSensorAnswer(ChangedSensor Data);
