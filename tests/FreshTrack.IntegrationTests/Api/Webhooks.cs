using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.Api;

internal static class Webhooks
{
    public static async Task<(HttpStatusCode Status, JsonNode Body)> SendAsync(
        this HttpClient client,
        string? secret,
        string body,
        CancellationToken cancellationToken,
        string header = "X-API-Key",
        string type = "application/json",
        string path = "/api/webhooks/ttn"
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8, type),
        };
        if (secret is not null)
        {
            request.Headers.Add(header, secret);
        }

        using var response = await client.SendAsync(request, cancellationToken);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!);
    }

    public static async Task<(HttpStatusCode Status, JsonNode Body)> ReadAsync(
        this HttpClient client,
        string path,
        string? token,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        using var response = await client.SendAsync(request, cancellationToken);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!);
    }

    /// <summary>Sends what a dashboard would.</summary>
    public static async Task<(HttpStatusCode Status, JsonNode Body)> SendAsync(
        this HttpClient client,
        HttpMethod method,
        string path,
        string? token,
        string body,
        CancellationToken cancellationToken,
        string type = "application/json"
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8, type),
        };
        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        using var response = await client.SendAsync(request, cancellationToken);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!);
    }
}
