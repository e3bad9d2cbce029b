using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace FreshTrack.Cutover.Evidence;

/// <summary>How every JSON file of the evidence is written: camelCase, indented, enums by name, NaN by name, LF at the
/// end.</summary>
public static class EvidenceJson
{
    public static JsonSerializerOptions Options { get; } = Create(indented: true);

    /// <summary>One object a line, for the journal.</summary>
    public static JsonSerializerOptions Line { get; } = Create(indented: false);

    private static JsonSerializerOptions Strict { get; } =
        new(Options)
        {
            PropertyNameCaseInsensitive = false,
            // A misspelt «stopped» or «unreliable» must not read as none.
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        };

    /// <summary>The file's text, with the name of its schema under <c>docs/schemas/</c> as its first
    /// property.</summary>
    public static string Serialize<T>(string schema, T value)
    {
        var body = JsonSerializer.SerializeToNode(value, Options)!.AsObject();
        body.Insert(0, "$schema", $"{schema}.schema.json");
        return body.ToJsonString(Options) + "\n";
    }

    /// <exception cref="JsonException">The text is not a whole <typeparamref name="T"/>, or says more than it: what is
    /// not understood cannot be judged.</exception>
    public static T Deserialize<T>(string text)
    {
        var body = JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        (body as JsonObject)?.Remove("$schema");
        return body.Deserialize<T>(Strict) ?? throw new JsonException($"Expected a {typeof(T).Name}, found null.");
    }

    private static JsonSerializerOptions Create(bool indented) =>
        new(JsonSerializerDefaults.Web)
        {
            WriteIndented = indented,
            NewLine = "\n",
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            // Evidence is read by people and shown in HTML only after encoding; quotes and non-ASCII text stay legible.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            // A missing verdict or count must not read as the type's zero, which is Pass.
            RespectRequiredConstructorParameters = true,
            RespectNullableAnnotations = true,
            Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        };
}
