using System.Text.Json;
using System.Text.Json.Nodes;

namespace FreshTrack.Cutover.StatusPages;

/// <summary>A notification in the server's own fields.</summary>
internal static class NotificationPlan
{
    /// <param name="existing">As the server lists it: what it was saved with is a JSON text in <c>config</c>.</param>
    public static PlannedItem Of(NotificationSettings notification, JsonObject? existing)
    {
        var wanted = notification switch
        {
            WebhookSettings webhook => Webhook(webhook),
            MailSettings mail => Mail(mail),
            _ => throw new InvalidOperationException($"Unknown notification {notification.GetType().Name}."),
        };
        wanted["name"] = notification.Name;
        // It would be added to monitors of others.
        wanted["applyExisting"] = false;
        var item = PlannedItem.Of(
            "notification",
            notification.Name,
            existing is null ? null : Saved(existing),
            wanted,
            new JsonObject { ["isDefault"] = false }
        );
        return item with { Id = existing?["id"]?.GetValue<int>() };
    }

    private static JsonObject Webhook(WebhookSettings webhook) =>
        new()
        {
            ["type"] = "webhook",
            ["webhookURL"] = webhook.Url.AbsoluteUri,
            ["webhookContentType"] = "json",
        };

    private static JsonObject Mail(MailSettings mail) =>
        new()
        {
            ["type"] = "smtp",
            ["smtpHost"] = mail.Host,
            ["smtpPort"] = mail.Port,
            ["smtpSecure"] = mail.IsImplicitTls,
            ["smtpIgnoreTLSError"] = false,
            ["smtpUsername"] = mail.User,
            ["smtpPassword"] = mail.Password,
            ["smtpFrom"] = mail.From,
            ["smtpTo"] = mail.To,
        };

    private static JsonObject Saved(JsonObject existing)
    {
        try
        {
            return JsonNode.Parse(existing["config"]?.ToString() ?? "{}") as JsonObject ?? [];
        }
        catch (JsonException)
        {
            // Nobody can read it, the server neither: it is written anew.
            return [];
        }
    }
}
