using System.Text.Json.Nodes;

namespace FreshTrack.Cutover.StatusPages;

/// <summary>A monitor in the server's own fields.</summary>
internal static class MonitorPlan
{
    public const string Notifications = "notificationIDList";
    public const string Active = "active";

    /// <param name="notifications">Everybody who is told of this monitor, beside those whom somebody added to
    /// it.</param>
    public static PlannedItem Of(
        MonitorSettings monitor,
        JsonObject? existing,
        IReadOnlyList<PlannedItem> notifications
    )
    {
        var item = PlannedItem.Of("monitor", monitor.Name, existing, Wanted(monitor), Defaults());
        var told = existing?[Notifications] as JsonObject;
        if (notifications.Any(notification => notification.Id is not { } id || told?.ContainsKey($"{id}") != true))
        {
            item = item.With(Notifications);
        }

        // One whose group is paused is not started by itself.
        return existing is not null && !IsTrue(existing[Active]) && !IsTrue(existing["forceInactive"])
            ? item.With(Active)
            : item;
    }

    private static JsonObject Wanted(MonitorSettings monitor)
    {
        var seconds = (int)monitor.Every.TotalSeconds;
        var wanted = new JsonObject
        {
            ["name"] = monitor.Name,
            ["type"] = monitor.Json is null ? "http" : "json-query",
            ["url"] = monitor.Url.AbsoluteUri,
            ["method"] = monitor.Method,
            ["interval"] = seconds,
            ["retryInterval"] = seconds,
            ["timeout"] = (int)monitor.Timeout.TotalSeconds,
            ["maxretries"] = monitor.Retries,
            ["accepted_statuscodes"] = new JsonArray([.. monitor.Statuses.Select(status => (JsonNode)status)]),
        };
        if (monitor.Json is { } json)
        {
            wanted["jsonPath"] = json.Path;
            wanted["expectedValue"] = json.Value;
        }

        return wanted;
    }

    /// <summary>What a new monitor must be sent beside.</summary>
    private static JsonObject Defaults() =>
        new()
        {
            ["parent"] = null,
            ["resendInterval"] = 0,
            ["ignoreTls"] = false,
            ["upsideDown"] = false,
            ["expiryNotification"] = true,
            ["packetSize"] = 56,
            ["maxredirects"] = 10,
            ["dns_resolve_type"] = "A",
            ["dns_resolve_server"] = "1.1.1.1",
            ["httpBodyEncoding"] = "json",
            ["authMethod"] = null,
            ["kafkaProducerBrokers"] = new JsonArray(),
            ["kafkaProducerSaslOptions"] = new JsonObject { ["mechanism"] = "None" },
        };

    private static bool IsTrue(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;
}
