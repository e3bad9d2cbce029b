using System.Net;
using System.Net.Http.Headers;

namespace FreshTrack.Load.Scenarios;

/// <summary>The address that The Things Network delivers uplinks to.</summary>
internal sealed class Webhook(LoadTarget target, LoadTransport transport)
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly Uri address = new($"{target.Api.AbsoluteUri.TrimEnd('/')}/api/webhooks/ttn");

    /// <param name="expected">A refusal that is the right answer; null expects that the uplink is taken.</param>
    public async ValueTask<RequestOutcome> DeliverAsync(
        ReadOnlyMemory<byte> uplink,
        string secret,
        HttpStatusCode? expected,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new ReadOnlyMemoryContent(uplink),
        };
        request.Content.Headers.ContentType = Json;
        request.Headers.TryAddWithoutValidation("X-Webhook-Secret", secret);
        return await transport.SendAsync(request, expected, json: false, cancellationToken);
    }
}
