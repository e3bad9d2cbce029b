using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FreshTrack.Verification;

/// <summary>Reads and writes <c>verification.json</c>.</summary>
public static class VerificationJson
{
    private static readonly VerificationJsonContext Context = new(
        new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            WriteIndented = true,
            NewLine = "\n",
            // The file is never part of a page of HTML, and readable keys are worth more.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            // A missing verdict must not read as the enum's zero, which is Pass.
            RespectRequiredConstructorParameters = true,
            RespectNullableAnnotations = true,
            AllowDuplicateProperties = false,
            Converters = { new JsonStringEnumConverter<Verdict>(namingPolicy: null, allowIntegerValues: false) },
        }
    );

    public static string Write(VerificationResult result) =>
        JsonSerializer.Serialize(result, Context.VerificationResult) + "\n";

    /// <exception cref="JsonException">The text is not a whole verification result.</exception>
    public static VerificationResult Read(string json) =>
        JsonSerializer.Deserialize(json, Context.VerificationResult)
        ?? throw new JsonException("Read null, expected a verification result.");
}

[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(VerificationResult))]
internal sealed partial class VerificationJsonContext : JsonSerializerContext;
