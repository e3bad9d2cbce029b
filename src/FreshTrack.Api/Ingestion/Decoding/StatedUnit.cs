using System.Text.Json;

namespace FreshTrack.Api.Ingestion;

/// <summary>What a field's name, a value or a payload says of the unit of a temperature; silent where it says nothing.
/// </summary>
/// <param name="Unusable">What it says instead of °C or °F: the temperature is in neither, and not to be guessed.</param>
internal readonly record struct StatedUnit(TemperatureUnit? Known, string? Unusable)
{
    private const int MostShown = 32;

    /// <summary>Of anything in a payload, so that what is no unit of temperature says nothing.</summary>
    private const string AnyUnit = "unit";

    private static readonly string[] TemperatureUnits =
    [
        "temperature_unit",
        "temp_unit",
        "temperatureUnit",
        "tempUnit",
    ];

    public static StatedUnit OfName(FieldUnit unit) =>
        unit switch
        {
            FieldUnit.Celsius => new StatedUnit(TemperatureUnit.Celsius, Unusable: null),
            FieldUnit.Fahrenheit => new StatedUnit(TemperatureUnit.Fahrenheit, Unusable: null),
            _ => default,
        };

    /// <summary>Of <c>{"value": 39.2, "unit": "°F"}</c>, whose unit is that of nothing else.</summary>
    public static StatedUnit OfValue(JsonElement value) =>
        OfPayload(value) is { Known: null, Unusable: null } ? Of(value, AnyUnit) : OfPayload(value);

    /// <summary>Of the whole payload; names in any case.</summary>
    public static StatedUnit OfPayload(JsonElement payload)
    {
        foreach (var name in TemperatureUnits)
        {
            if (Of(payload, name) is var stated and not { Known: null, Unusable: null })
            {
                return stated;
            }
        }

        return Of(payload, AnyUnit) with
        {
            Unusable = null,
        };
    }

    public StatedUnit Else(StatedUnit other) => this is { Known: null, Unusable: null } ? other : this;

    private static StatedUnit Of(JsonElement container, string name)
    {
        if (container.ValueKind != JsonValueKind.Object)
        {
            return default;
        }

        foreach (var property in container.EnumerateObject())
        {
            if (
                property.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
                && property.Value.ValueKind == JsonValueKind.String
                && FieldReader.TryText(property.Value, out var text)
                && !string.IsNullOrWhiteSpace(text)
            )
            {
                var known = Degrees.ParseUnit(text);
                return new StatedUnit(known, known is null ? text[..Math.Min(text.Length, MostShown)] : null);
            }
        }

        return default;
    }
}
