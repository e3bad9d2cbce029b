using System.Text.Json;

namespace FreshTrack.Api.Ingestion;

/// <summary>Temperatures inside of objects and lists, where the table has no names: <c>{"data": {"temperature": 4}}</c>.
/// </summary>
internal static class NestedTemperatures
{
    /// <returns>Their paths, such as <c>data.temperature</c>; none inside of limits, alarms and settings.</returns>
    public static IEnumerable<string> In(JsonProperty property) =>
        TemperatureLikeName.IsNoMeasurement(property.Name) ? [] : In(property.Name, property.Value);

    private static IEnumerable<string> In(string path, JsonElement container) =>
        container.ValueKind switch
        {
            JsonValueKind.Object => container.EnumerateObject().SelectMany(property => Of(path, property)),
            JsonValueKind.Array => container.EnumerateArray().SelectMany(element => In(path, element)),
            _ => [],
        };

    private static IEnumerable<string> Of(string path, JsonProperty property)
    {
        var name = $"{path}.{property.Name}";
        return TemperatureLikeName.IsNoMeasurement(property.Name) ? []
            : IsTemperature(property.Name) && FieldReader.TryNumber(property.Value, out _) ? [name]
            : In(name, property.Value);
    }

    private static bool IsTemperature(string name) =>
        PayloadFieldTable.Rank(name) is { } rank
            ? PayloadFieldTable.All[rank].Quantity == Quantity.Temperature
            : TemperatureLikeName.Is(name);
}
