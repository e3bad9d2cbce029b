using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FreshTrack.Cutover.Gating;

/// <summary>Reads and writes <c>gate.json</c> and <c>load.json</c>; equal values give equal bytes.</summary>
public static class GateJson
{
    private static readonly GateJsonContext Context = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        // The files are never part of a page of HTML, and readable limits are worth more.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        // A percentile of no requests is NaN, and must be written and read as such.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        // A missing verdict or count must not read as zero, which is Pass.
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    });

    public static string Write(GateResult result) => JsonSerializer.Serialize(result, Context.GateResult) + "\n";

    public static string Write(LoadResult result) => JsonSerializer.Serialize(result, Context.LoadResult) + "\n";

    /// <exception cref="JsonException">The text is not a whole gate result.</exception>
    public static GateResult ReadGate(string json) => JsonSerializer.Deserialize(json, Context.GateResult) ?? throw Empty();

    /// <exception cref="JsonException">The text is not a whole load result.</exception>
    public static LoadResult ReadLoad(string json) => JsonSerializer.Deserialize(json, Context.LoadResult) ?? throw Empty();

    private static JsonException Empty() => new("Read null, expected an object.");
}

[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(GateResult))]
[JsonSerializable(typeof(LoadResult))]
internal sealed partial class GateJsonContext : JsonSerializerContext;
