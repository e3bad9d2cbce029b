using System.Text.Json.Nodes;

namespace FreshTrack.Clients.Kuma;

/// <summary>What a server held when the connection was opened, each with all its fields.</summary>
/// <param name="Notifications">The field <c>config</c> is itself a JSON text, with secrets.</param>
public sealed record KumaLists(
    IReadOnlyList<JsonObject> Monitors,
    IReadOnlyList<JsonObject> Notifications,
    IReadOnlyList<JsonObject> Maintenances,
    IReadOnlyList<JsonObject> Pages
)
{
    internal const string MonitorEvent = "monitorList";
    internal const string NotificationEvent = "notificationList";
    internal const string MaintenanceEvent = "maintenanceList";
    internal const string PageEvent = "statusPageList";

    /// <summary>Waits for every list: the answer to the sign-in may come before them.</summary>
    /// <exception cref="KumaException">A list is missing, or is not a list of objects.</exception>
    internal static async Task<KumaLists> ReadAsync(
        KumaSocket socket,
        KumaCalls calls,
        CancellationToken cancellationToken
    )
    {
        return new KumaLists(
            await ListAsync(MonitorEvent),
            await ListAsync(NotificationEvent),
            await ListAsync(MaintenanceEvent),
            await ListAsync(PageEvent)
        );

        async Task<IReadOnlyList<JsonObject>> ListAsync(string name)
        {
            var items = await socket.EventAsync(name, cancellationToken) switch
            {
                JsonArray list => [.. list],
                JsonObject byId => byId.Select(item => item.Value).ToList(),
                _ => throw calls.Nonsense($"as '{name}'"),
            };
            return [.. items.Select(item => item as JsonObject ?? throw calls.Nonsense($"as '{name}'"))];
        }
    }
}
