using FreshTrack.Clients.Mail;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Environments;

/// <summary>Reads <c>canary</c> of an environment's file.</summary>
/// <param name="secret">Reads the file that a node names.</param>
internal sealed class CanaryReader(YamlProblems problems, EnvironmentKind kind, Func<YamlNode, string> secret)
{
    private const string Example = "canary+{name}@example.com";

    public CanarySettings? Read(YamlNode? node)
    {
        var mailbox = problems.Mapping(
            problems.Required(problems.Mapping(node, "mailbox"), "mailbox", value => value),
            "addresses",
            "imap"
        );
        var addresses = problems.Required(mailbox, "addresses", Addresses);
        var imap = Imap(problems.Required(mailbox, "imap", value => value));
        return mailbox is null || imap is null ? null : new CanarySettings(addresses, imap);
    }

    private ImapServer? Imap(YamlNode? node)
    {
        var imap = problems.Mapping(node, "host", "port", "user", "password", "tls");
        var host = problems.Required(imap, "host", value => value.Text());
        var port = problems.Required(imap, "port", value => (int)value.Whole(from: 1, upTo: ushort.MaxValue));
        var user = problems.Required(imap, "user", value => value.Text());
        var password = problems.Required(imap, "password", secret);
        var security = problems.Required(imap, "tls", Security);
        return imap is null ? null : new ImapServer(host, port, user, password) { Security = security };
    }

    private static CanaryAddresses Addresses(YamlNode node) =>
        CanaryAddresses.IsPattern(node.Text())
            ? new CanaryAddresses(node.Text())
            : throw node.Refuse(
                $"{node.What} is {node.Quote(node.Text())}; expected a pattern with {{name}} before the @, such as "
                    + Example
            );

    private MailSecurity Security(YamlNode node) =>
        node.Text() switch
        {
            "implicit" => MailSecurity.Implicit,
            "starttls" => MailSecurity.StartTls,
            "none" when kind == EnvironmentKind.Stage => MailSecurity.None,
            "none" => throw node.Refuse(
                $"{node.What} is 'none'; that is for a stage: the password would travel in clear"
            ),
            var other => throw node.Refuse($"{node.What} is {node.Quote(other)}; expected implicit or starttls"),
        };
}
