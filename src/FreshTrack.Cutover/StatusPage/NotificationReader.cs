using FreshTrack.Cutover.Environments;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.StatusPages;

/// <summary>Reads <c>notifications</c> of the status page's file.</summary>
/// <param name="secrets">The folder in which the paths of secret files begin.</param>
internal sealed class NotificationReader(YamlProblems problems, string secrets)
{
    public IReadOnlyList<NotificationSettings> Read(YamlNode node)
    {
        var notifications = new List<NotificationSettings>();
        foreach (var item in node.Items())
        {
            if (Notification(item) is { } notification)
            {
                notifications.Add(
                    notifications.All(other => other.Name != notification.Name)
                        ? notification
                        : throw item.Refuse(
                            $"{item.What} is named {item.Quote(notification.Name)} as another one is; they are told "
                                + "apart by their names"
                        )
                );
            }
        }

        return notifications;
    }

    private NotificationSettings? Notification(YamlNode node)
    {
        var item = problems.Mapping(node, "name", "webhook", "mail");
        var name = problems.Required(item, "name", value => value.Text());
        var webhook = problems.Optional(item, "webhook", value => value);
        var mail = problems.Optional(item, "mail", value => value);
        return item is null || name is null ? null
            : webhook is null == mail is null
                ? throw item.Refuse($"{item.What} has both of 'webhook' and 'mail', or none; expected one")
            : webhook is not null ? Webhook(name, webhook)
            : Mail(name, mail!);
    }

    private WebhookSettings? Webhook(string name, YamlNode node)
    {
        var webhook = problems.Mapping(node, "url");
        var url = problems.Required(webhook, "url", value => SecretFile.ReadNamed(value, secrets, Url));
        return url is null ? null : new WebhookSettings(name, url);
    }

    private MailSettings? Mail(string name, YamlNode node)
    {
        var mail = problems.Mapping(node, "host", "port", "tls", "user", "password", "from", "to");
        var host = problems.Required(mail, "host", value => value.Text());
        var port = problems.Required(mail, "port", value => (int)value.Whole(from: 1, upTo: ushort.MaxValue));
        var tls = problems.Required(mail, "tls", IsImplicit);
        var from = problems.Required(mail, "from", value => value.Text());
        var to = problems.Required(mail, "to", value => value.Text());
        var user = problems.Optional(mail, "user", value => value.Text());
        var password = problems.Optional(
            mail,
            "password",
            value => SecretFile.ReadNamed(value, secrets, secret => secret)
        );
        return mail is null
            ? null
            : new MailSettings(name, host, port, from, to)
            {
                IsImplicitTls = tls,
                User = user,
                Password = password,
            };
    }

    private static bool IsImplicit(YamlNode node) =>
        node.Text() switch
        {
            "implicit" => true,
            "starttls" => false,
            var other => throw node.Refuse($"{node.What} is {node.Quote(other)}; expected implicit or starttls"),
        };

    private static Uri Url(string secret) =>
        Uri.TryCreate(secret, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new RefusedException("the secret file holds no address as https://host/path");
}
