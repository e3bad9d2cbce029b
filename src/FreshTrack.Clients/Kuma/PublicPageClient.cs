using System.Text.Json;
using System.Text.Json.Nodes;

namespace FreshTrack.Clients.Kuma;

/// <summary>Reads status pages as a visitor does, without signing in.</summary>
/// <param name="http">Its base address is the root of the server, or of the proxy before it. The server never answers
/// for a page that it does not have: its timeout is how long that is waited for.</param>
public sealed class PublicPageClient(HttpClient http)
{
    /// <summary>A page, up to 5 minutes old.</summary>
    /// <exception cref="KumaException">It cannot be read.</exception>
    public Task<PublicPage> ReadAsync(string slug, CancellationToken cancellationToken) =>
        GetAsync($"api/status-page/{slug}", isFresh: false, Page, cancellationToken);

    /// <summary>A page as it is now: not what visitors see.</summary>
    /// <exception cref="KumaException">It cannot be read.</exception>
    public Task<PublicPage> ReadFreshAsync(string slug, CancellationToken cancellationToken) =>
        GetAsync($"api/status-page/{slug}", isFresh: true, Page, cancellationToken);

    /// <summary>The last heartbeat of every monitor of a page, by the monitor's id; none for one that has not begun. Up
    /// to one minute old.</summary>
    /// <exception cref="KumaException">They cannot be read.</exception>
    public Task<IReadOnlyDictionary<int, MonitorStatus>> StatusesAsync(
        string slug,
        CancellationToken cancellationToken
    ) => GetAsync($"api/status-page/heartbeat/{slug}", isFresh: false, Statuses, cancellationToken);

    /// <summary>The same as they are now: not what visitors see.</summary>
    /// <exception cref="KumaException">They cannot be read.</exception>
    public Task<IReadOnlyDictionary<int, MonitorStatus>> FreshStatusesAsync(
        string slug,
        CancellationToken cancellationToken
    ) => GetAsync($"api/status-page/heartbeat/{slug}", isFresh: true, Statuses, cancellationToken);

    private async Task<T> GetAsync<T>(
        string path,
        bool isFresh,
        Func<JsonNode, T> read,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (isFresh)
        {
            request.Headers.Add("x-apicache-bypass", "true");
        }

        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw Unreadable(path, $"it answered {(int)response.StatusCode}", inner: null);
            }

            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            return read(await JsonNode.ParseAsync(stream, cancellationToken: cancellationToken) ?? new JsonObject());
        }
        catch (HttpRequestException error)
        {
            throw Unreadable(path, error.Message.TrimEnd('.'), error);
        }
        catch (TaskCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreadable(path, $"no answer within {http.Timeout.TotalSeconds} s; has it such a page?", error);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw Unreadable(path, "the answer is none of Uptime Kuma's", error);
        }
    }

    private static PublicPage Page(JsonNode page) =>
        new(
            Text(Need(page, "config"), "title"),
            [.. Need(page, "publicGroupList").AsArray().Select(group => Group(Need(group)))],
            page["incident"] is { } incident
                ? new PublicIncident(
                    Number(incident, "id"),
                    Text(incident, "title"),
                    Text(incident, "content"),
                    Text(incident, "style")
                )
                : null,
            [.. Need(page, "maintenanceList").AsArray().Select(maintenance => Text(Need(maintenance), "title"))]
        );

    private static PublicGroup Group(JsonNode group) =>
        new(
            Number(group, "id"),
            Text(group, "name"),
            [
                .. Need(group, "monitorList")
                    .AsArray()
                    .Select(Need)
                    .Select(monitor => new PublicMonitor(
                        Number(monitor, "id"),
                        Text(monitor, "name"),
                        monitor["sendUrl"]?.ToString() is "1" or "true"
                    )),
            ]
        );

    private static IReadOnlyDictionary<int, MonitorStatus> Statuses(JsonNode beats) =>
        Need(beats, "heartbeatList")
            .AsObject()
            .Where(monitor => monitor.Value is JsonArray { Count: > 0 })
            .ToDictionary(
                monitor => int.Parse(monitor.Key),
                monitor => (MonitorStatus)Number(Need(monitor.Value!.AsArray()[^1]), "status")
            );

    private static int Number(JsonNode node, string key) => Need(node, key).GetValue<int>();

    private static string Text(JsonNode node, string key) => node[key]?.GetValue<string>() ?? "";

    private static JsonNode Need(JsonNode node, string key) => Need(node[key]);

    private static JsonNode Need(JsonNode? node) => node ?? throw new FormatException("A field is missing.");

    private KumaException Unreadable(string path, string reason, Exception? inner) =>
        new($"The status page at {http.BaseAddress}{path} cannot be read: {reason}.", inner);
}
