using System.Buffers.Text;

namespace FreshTrack.Api.Ingestion;

/// <summary><c>{"reading_id":"…"}</c>, the answer to a webhook;
/// null for a message of TTN that carries no measurement.</summary>
/// <remarks>Written without a serializer, at a length that is known: it is what this program says most often.</remarks>
internal sealed record WebhookAnswer(Guid? ReadingId) : IResult
{
    private const int IdLength = 36;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "application/json; charset=utf-8";
        var bytes = response.BodyWriter.GetSpan(64);
        int length;
        if (ReadingId is { } id)
        {
            "{\"reading_id\":\""u8.CopyTo(bytes);
            length = "{\"reading_id\":\""u8.Length;
            Utf8Formatter.TryFormat(id, bytes[length..], out _);
            "\"}"u8.CopyTo(bytes[(length + IdLength)..]);
            length += IdLength + "\"}"u8.Length;
        }
        else
        {
            "{\"reading_id\":null}"u8.CopyTo(bytes);
            length = "{\"reading_id\":null}"u8.Length;
        }

        response.ContentLength = length;
        response.BodyWriter.Advance(length);
        return Task.CompletedTask;
    }
}
