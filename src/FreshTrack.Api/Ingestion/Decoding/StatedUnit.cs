using System.Text.Json;

namespace FreshTrack.Api.Ingestion;

/// <summary>What a field's name, a value or a payload says of
/// the unit of a temperature; null where it says nothing.</summary>
/// <param name="Unusable">What it says instead of °C or °F: such a temperature is not guessed.</param>
internal readonly record struct StatedUnit(TemperatureUnit? Known, string? Unusable)
{
    private const int MostShown = 32;

    private static readonly string[] TemperatureUnits =
    [
        "temperature_unit",
        "temperature_units",
        "temp_unit",
        "temp_units",
        "temperatureUnit",
        "temperatureUnits",
        "tempUnit",
        "tempUnits",
    ];

    /// <summary>Of anything in a payload, so that what is no unit of temperature says nothing.</summary>
    private static readonly string[] AnyUnits = ["unit", "units"];

    public static StatedUnit OfName(FieldUnit unit) =>
        unit switch
        {
            FieldUnit.Celsius => new StatedUnit(TemperatureUnit.Celsius, Unusable: null),
            FieldUnit.Fahrenheit => new StatedUnit(TemperatureUnit.Fahrenheit, Unusable: null),
            _ => default,
        };

    public static StatedUnit OfFormat(FieldUnit unit) =>
        unit == FieldUnit.CelsiusByFormat ? new StatedUnit(TemperatureUnit.Celsius, Unusable: null) : default;

    /// <summary>Of <c>{"value": 39.2, "unit": "°F"}</c>, whose unit is that of nothing else.</summary>
    public static StatedUnit OfValue(JsonElement value) => Of(value, TemperatureUnits).Else(Of(value, AnyUnits));

    /// <summary>Of the whole payload; names in any case.</summary>
    public static StatedUnit OfPayload(JsonElement payload) =>
        Of(payload, TemperatureUnits).Else(Of(payload, AnyUnits) with { Unusable = null });

    public StatedUnit Else(StatedUnit other) => this is { Known: null, Unusable: null } ? other : this;

    /// <summary>The first known unit under any of these names.</summary>
    private static StatedUnit Of(JsonElement container, string[] names)
    {
        if (container.ValueKind != JsonValueKind.Object)
        {
            return default;
        }

        var unusable = default(StatedUnit);
        foreach (var property in container.EnumerateObject())
        {
            if (
                names.Contains(property.Name, StringComparer.OrdinalIgnoreCase)
                && property.Value.ValueKind == JsonValueKind.String
                && FieldReader.TryText(property.Value, out var text)
                && !string.IsNullOrWhiteSpace(text)
            )
            {
                if (Degrees.ParseUnit(text) is { } known)
                {
                    return new StatedUnit(known, Unusable: null);
                }

                unusable = new StatedUnit(Known: null, text[..Math.Min(text.Length, MostShown)]);
            }
        }

        return unusable;
    }
}
