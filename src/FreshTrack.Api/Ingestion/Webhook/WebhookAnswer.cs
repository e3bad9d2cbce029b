using System.Buffers.Text;
using System.Text.Json;

namespace FreshTrack.Api.Ingestion;

/// <summary><c>{"reading_id":"…"}</c>, the answer to a webhook; null with a reason for a message that became no
/// reading, and a reading's id with one when there is something to look at.</summary>
/// <param name="Reason">One of <see cref="UplinkReason"/>.</param>
/// <param name="Field">The field of the decoded payload that the reason is about.</param>
/// <param name="PastReadings">How many readings of earlier times were stored besides.</param>
internal sealed record WebhookAnswer(Guid? ReadingId, string? Reason = null, string? Field = null, int PastReadings = 0)
    : IResult
{
    private const int IdLength = 36;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "application/json; charset=utf-8";
        if (ReadingId is { } id && Reason is null && PastReadings == 0)
        {
            WriteId(response, id);
            return Task.CompletedTask;
        }

        return WriteReasonAsync(response);
    }

    /// <summary>Without a serializer, at a length that is known: it is what this program says most often.</summary>
    private static void WriteId(HttpResponse response, Guid id)
    {
        var bytes = response.BodyWriter.GetSpan(64);
        "{\"reading_id\":\""u8.CopyTo(bytes);
        var length = "{\"reading_id\":\""u8.Length;
        Utf8Formatter.TryFormat(id, bytes[length..], out _);
        "\"}"u8.CopyTo(bytes[(length + IdLength)..]);
        length += IdLength + "\"}"u8.Length;
        response.ContentLength = length;
        response.BodyWriter.Advance(length);
    }

    private async Task WriteReasonAsync(HttpResponse response)
    {
        await using var json = new Utf8JsonWriter(response.BodyWriter);
        json.WriteStartObject();
        if (ReadingId is { } id)
        {
            json.WriteString("reading_id", id);
        }
        else
        {
            json.WriteNull("reading_id");
        }

        if (Reason is not null)
        {
            json.WriteString("reason", Reason);
        }

        if (Field is not null)
        {
            json.WriteString("field", Field);
        }

        if (PastReadings > 0)
        {
            json.WriteNumber("past_readings", PastReadings);
        }

        json.WriteEndObject();
    }
}
