using System.Text.Json;
using System.Text.Json.Nodes;

namespace FreshTrack.UnitTests.Cutover;

/// <summary>The keywords that the committed schemas use, and no more:
/// type, enum, anyOf, properties, required and items.</summary>
internal static class JsonSchema
{
    public static JsonNode Committed(string name) => JsonNode.Parse(File.ReadAllText(PathOf(name)))!;

    public static string PathOf(string name)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "FreshTrack.sln")))
        {
            folder =
                Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException("No FreshTrack.sln above the test program.");
        }

        return Path.Combine(folder, "docs", "schemas", $"{name}.schema.json");
    }

    /// <summary>A line for every place of the file that the schema does not allow.</summary>
    public static IEnumerable<string> Violations(JsonNode schema, JsonNode? value, string path = "$")
    {
        if (schema["anyOf"] is JsonArray any && any.All(one => Violations(one!, value, path).Any()))
        {
            return [$"{path} fits none of {any.ToJsonString()}"];
        }

        if (schema["enum"] is JsonArray values && !values.Any(allowed => JsonNode.DeepEquals(allowed, value)))
        {
            return [$"{path} is none of {values.ToJsonString()}"];
        }

        if (
            schema["type"] is { } types
            && !(types is JsonArray several ? several.Select(type => (string?)type) : [(string?)types]).Any(type =>
                IsOf(type, value)
            )
        )
        {
            return [$"{path} is no {types.ToJsonString()}"];
        }

        return value switch
        {
            JsonObject item => InObject(schema, item, path),
            JsonArray items when schema["items"] is { } each => items.SelectMany(
                (item, index) => Violations(each, item, $"{path}[{index}]")
            ),
            _ => [],
        };
    }

    private static IEnumerable<string> InObject(JsonNode schema, JsonObject item, string path) =>
        [
            .. (schema["required"]?.AsArray() ?? [])
                .Select(name => (string)name!)
                .Where(name => !item.ContainsKey(name))
                .Select(name => $"{path} lacks {name}"),
            .. (schema["properties"]?.AsObject() ?? [])
                .Where(property => item.ContainsKey(property.Key))
                .SelectMany(property => Violations(property.Value!, item[property.Key], $"{path}.{property.Key}")),
        ];

    private static bool IsOf(string? type, JsonNode? value) =>
        (type, value?.GetValueKind() ?? JsonValueKind.Null) switch
        {
            ("null", JsonValueKind.Null) or ("string", JsonValueKind.String) or ("number", JsonValueKind.Number) =>
                true,
            ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) => true,
            ("integer", JsonValueKind.Number) => value!
                .ToJsonString()
                .All(letter => char.IsDigit(letter) || letter == '-'),
            _ => false,
        };
}
