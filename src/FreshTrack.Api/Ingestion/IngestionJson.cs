using System.Text.Json;

namespace FreshTrack.Api.Ingestion;

/// <summary>Reads a body whose shape is a client's own, and says what is wrong with one that is no JSON.</summary>
internal static class IngestionJson
{
    private static readonly JsonDocumentOptions Limits = new() { MaxDepth = JsonBody.MaximumDepth };

    /// <param name="body">UTF-8, whatever a client sent.</param>
    /// <param name="read">Must not keep the element.</param>
    public static T Parse<T>(
        ReadOnlyMemory<byte> body,
        DateTimeOffset now,
        Func<JsonElement, DateTimeOffset, T> read,
        Func<string, T> malformed
    )
    {
        try
        {
            using var document = JsonDocument.Parse(body, Limits);
            return read(document.RootElement, now);
        }
        catch (JsonException)
        {
            return malformed("The body is not JSON, or nested deeper than 32 levels.");
        }
        catch (InvalidOperationException)
        {
            // The only way to get here: names or text of bytes and escapes that are no Unicode.
            return malformed("The body holds text that is not Unicode.");
        }
    }
}
