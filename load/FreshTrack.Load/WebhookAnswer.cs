using System.Text.Json;

namespace FreshTrack.Load;

/// <summary>What the API answered to a webhook with 2xx.</summary>
/// <param name="ReadingId">Null when no reading came of it.</param>
/// <param name="Reason">Why not; «no reason» where none was said, «not JSON» where it was no answer of the API.</param>
internal readonly record struct WebhookAnswer(Guid? ReadingId, string Reason)
{
    public static WebhookAnswer Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var answer = document.RootElement;
            return answer.ValueKind != JsonValueKind.Object ? new WebhookAnswer(ReadingId: null, "not JSON")
                : Text(answer, "reading_id") is { } text && Guid.TryParse(text, out var id) ? new WebhookAnswer(id, "")
                : new WebhookAnswer(ReadingId: null, Text(answer, "reason") ?? "no reason");
        }
        catch (JsonException)
        {
            return new WebhookAnswer(ReadingId: null, "not JSON");
        }
    }

    private static string? Text(JsonElement answer, string name) =>
        answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
