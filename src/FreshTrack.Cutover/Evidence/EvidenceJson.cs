using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace FreshTrack.Cutover.Evidence;

/// <summary>How every JSON file of the evidence is written and read: camelCase, indented, enums by name, NaN by name,
/// LF at the end.</summary>
public static class EvidenceJson
{
    private const string Schema = "$schema";

    public static JsonSerializerOptions Options { get; } = Create(indented: true);

    /// <summary>One object a line, for the journal.</summary>
    public static JsonSerializerOptions Line { get; } = Create(indented: false);

    private static JsonSerializerOptions Strict { get; } =
        new(Options)
        {
            PropertyNameCaseInsensitive = false,
            // A misspelt "stopped" or "unreliable" must not read as none.
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        };

    /// <summary>The file's text, with the name of its schema under <c>docs/schemas/</c> as its first
    /// property.</summary>
    public static string Serialize<T>(string schema, T value)
    {
        var body = JsonSerializer.SerializeToNode(value, Options)!.AsObject();
        body.Insert(0, Schema, $"{schema}.schema.json");
        return body.ToJsonString(Options) + "\n";
    }

    /// <exception cref="JsonException">The text is not a whole <typeparamref name="T"/>, or says more than it: a member
    /// is unknown, missing or repeated, or a list holds null.</exception>
    public static T Deserialize<T>(string text)
    {
        var body = Parse(text);
        (body as JsonObject)?.Remove(Schema);
        return HoldsNullItem(body)
            ? throw new JsonException("a list holds null.")
            : body.Deserialize<T>(Strict) ?? throw new JsonException($"Expected a {typeof(T).Name}, found null.");
    }

    /// <exception cref="JsonException">The text is not JSON, or repeats a member.</exception>
    internal static JsonNode? Parse(string text) =>
        JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });

    /// <summary>No list of the evidence holds null, and the serializer accepts one in any list.</summary>
    private static bool HoldsNullItem(JsonNode? node) =>
        node switch
        {
            JsonArray items => items.Any(item => item is null || HoldsNullItem(item)),
            JsonObject members => members.Any(member => HoldsNullItem(member.Value)),
            _ => false,
        };

    private static JsonSerializerOptions Create(bool indented) =>
        new(JsonSerializerDefaults.Web)
        {
            WriteIndented = indented,
            NewLine = "\n",
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            // Evidence is read by people and shown in HTML only after encoding; quotes and non-ASCII text stay legible.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            RespectNullableAnnotations = true,
            Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RequireEveryMember } },
        };

    /// <summary>Every member is written, so one that is missing was taken out: it must not read as none or
    /// zero.</summary>
    private static void RequireEveryMember(JsonTypeInfo type)
    {
        foreach (var member in type.Properties.Where(member => member.Set is not null && member.Name != Schema))
        {
            member.IsRequired = true;
        }
    }
}
