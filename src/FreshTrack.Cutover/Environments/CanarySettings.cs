using FreshTrack.Clients.Mail;

namespace FreshTrack.Cutover.Environments;

/// <summary>What smoke tests on the canary organization need beside the servers.</summary>
/// <param name="Addresses">Where its people get mail.</param>
/// <param name="Imap">The account that all of these mails arrive at.</param>
public sealed record CanarySettings(CanaryAddresses Addresses, ImapServer Imap);

/// <summary>The canary's e-mail addresses, which all lead to one mailbox.</summary>
/// <param name="Pattern">With <c>{name}</c> once, before the @: <c>canary+{name}@example.com</c>.</param>
public sealed record CanaryAddresses(string Pattern)
{
    private const string Place = "{name}";

    private const string NewUserName = "signup-";

    /// <summary>The organization's owner.</summary>
    public string Owner => Of("owner");

    /// <summary>A member who may look and nothing else.</summary>
    public string Viewer => Of("viewer");

    /// <summary>Whoever is told of alerts.</summary>
    public string Alerts => Of("alerts");

    /// <summary>Whether the text can be a pattern.</summary>
    public static bool IsPattern(string text) =>
        text.Split('@') is [var local, { Length: > 2 } domain]
        && local.Split(Place).Length == 2
        && !domain.Contains('{')
        && text.All(letter => letter is > ' ' and < '\x7f' and not ('%' or '\\' or '"' or '\''));

    /// <summary>Somebody who signs up in a smoke test.</summary>
    /// <param name="number">Another one each time.</param>
    public string NewUser(long number) => Of($"{NewUserName}{number}");

    /// <summary>Whether an address is one of the canary's people.</summary>
    public bool Include(string email)
    {
        var (before, after) = (Pattern[..Pattern.IndexOf(Place)], Pattern[(Pattern.IndexOf(Place) + Place.Length)..]);
        var text = email.ToLowerInvariant();
        return text == Owner
            || text == Viewer
            || (
                text.StartsWith(before + NewUserName, StringComparison.OrdinalIgnoreCase)
                && text.EndsWith(after, StringComparison.OrdinalIgnoreCase)
                && text[(before.Length + NewUserName.Length)..^after.Length] is { Length: > 0 } number
                && number.All(char.IsAsciiDigit)
            );
    }

    // Both services keep addresses in lower case.
    private string Of(string name) => Pattern.Replace(Place, name).ToLowerInvariant();
}
