using MimeKit;

namespace FreshTrack.Api.Notifications;

/// <summary>Reads how alerts are sent. Each way is optional; one that is begun must be complete.</summary>
internal static class NotificationSettings
{
    private const string Smtp = "FRESHTRACK_SMTP";
    private const string Sender = "FRESHTRACK_SMTP_FROM";
    private const string Key = "FRESHTRACK_TELNYX_KEY_FILE";
    private const string Number = "FRESHTRACK_TELNYX_FROM";

    /// <summary><c>FRESHTRACK_SMTP</c> is <c>smtp://host:587</c> or <c>smtps://host:465</c>; user name and password
    /// have settings of their own.</summary>
    public static SmtpOptions? ReadSmtp(this Settings settings)
    {
        if (settings.Optional(Smtp) is not { } text)
        {
            return null;
        }

        if (
            !Uri.TryCreate(text, UriKind.Absolute, out var server)
            || server.Scheme is not ("smtp" or "smtps")
            || server.Host.Length == 0
            || server.UserInfo.Length > 0
        )
        {
            settings.Refuse(
                $"{Smtp} is not the address of a mail server. Expected one such as smtp://mail:587 or "
                    + "smtps://mail:465, with the user name in FRESHTRACK_SMTP_USER."
            );
            return null;
        }

        var from = settings.Required(Sender, "the address that alerts come from, such as alerts@example.com");
        if (from.Length > 0 && !MailboxAddress.TryParse(from, out _))
        {
            settings.Refuse($"{Sender} '{from}' is not an e-mail address. Expected one such as alerts@example.com.");
        }

        var user = settings.Optional("FRESHTRACK_SMTP_USER");
        var isImplicit = server.Scheme == "smtps";
        return new SmtpOptions
        {
            Host = server.Host,
            Port =
                server.Port > 0 ? server.Port
                : isImplicit ? 465
                : 587,
            ImplicitTls = isImplicit,
            User = user,
            Password = user is null
                ? null
                : settings.Secret(
                    "FRESHTRACK_SMTP_PASSWORD_FILE",
                    "the path of a file that holds the mail server's password"
                ),
            From = from,
        };
    }

    /// <summary>Text messages go out where <c>FRESHTRACK_TELNYX_KEY_FILE</c>
    /// names a file that holds an API key.</summary>
    public static TelnyxOptions? ReadTelnyx(this Settings settings) =>
        settings.Optional(Key) is null
            ? null
            : new TelnyxOptions
            {
                Url = settings.Optional("FRESHTRACK_TELNYX_URL") is null
                    ? new Uri("https://api.telnyx.com")
                    : settings.HttpAddress("FRESHTRACK_TELNYX_URL", "https://api.telnyx.com"),
                Key = settings.Secret(Key, "the path of a file that holds a Telnyx API key"),
                From = settings.Required(Number, "the number that text messages come from, such as +15550100100"),
            };
}
