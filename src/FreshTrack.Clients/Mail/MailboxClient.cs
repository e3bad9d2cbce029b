using System.Net.Sockets;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using MailKit.Security;
using MimeKit;

namespace FreshTrack.Clients.Mail;

/// <summary>Reads the inbox of an account over IMAP, and changes nothing in it.</summary>
public sealed class MailboxClient(ImapServer server)
{
    /// <summary>How long the server may take to answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Headers in which servers note where they delivered a message to.</summary>
    private static readonly string[] DeliveryHeaders = ["Delivered-To", "X-Original-To", "Envelope-To"];

    private SecureSocketOptions Security =>
        server.Security switch
        {
            MailSecurity.Implicit => SecureSocketOptions.SslOnConnect,
            MailSecurity.StartTls => SecureSocketOptions.StartTls,
            MailSecurity.None => SecureSocketOptions.None,
            var other => throw new InvalidOperationException($"Unknown security {other}."),
        };

    /// <summary>Where the inbox ends now.</summary>
    /// <exception cref="MailException">The mailbox cannot be read.</exception>
    public Task<MailboxPosition> PositionAsync(CancellationToken cancellationToken) =>
        OnInboxAsync((inbox, _) => Task.FromResult(End(inbox)), cancellationToken);

    /// <summary>The messages after a position, oldest first.</summary>
    /// <exception cref="MailException">The mailbox cannot be read.</exception>
    public Task<IReadOnlyList<ReceivedMail>> ListAsync(MailboxPosition since, CancellationToken cancellationToken) =>
        OnInboxAsync((inbox, stop) => ReadAsync(inbox, since, stop), cancellationToken);

    /// <summary>Waits for a message to an address.</summary>
    /// <param name="limit">How long at most.</param>
    /// <returns>The first one after the position; null when none came in time.</returns>
    /// <exception cref="MailException">The mailbox cannot be read.</exception>
    public Task<ReceivedMail?> WaitAsync(
        string address,
        MailboxPosition since,
        TimeSpan limit,
        CancellationToken cancellationToken
    ) =>
        OnInboxAsync<ReceivedMail?>(
            async (inbox, stop) =>
            {
                var began = TimeProvider.System.GetTimestamp();
                while (true)
                {
                    var messages = await ReadAsync(inbox, since, stop);
                    var found = messages.FirstOrDefault(mail => mail.Recipients.Contains(address.ToLowerInvariant()));
                    if (found is not null)
                    {
                        return found;
                    }

                    if (TimeProvider.System.GetElapsedTime(began) >= limit)
                    {
                        return null;
                    }

                    await Task.Delay(Pause, TimeProvider.System, stop);
                    // Makes the server say what has arrived.
                    await inbox.CheckAsync(stop);
                }
            },
            cancellationToken
        );

    private static async Task<IReadOnlyList<ReceivedMail>> ReadAsync(
        IMailFolder inbox,
        MailboxPosition since,
        CancellationToken cancellationToken
    )
    {
        if (inbox.UidValidity != since.Validity)
        {
            throw new MailException("the mailbox was recreated meanwhile; run the step again");
        }

        var range = new UniqueIdRange(new UniqueId(since.NextId), UniqueId.MaxValue);
        var messages = new List<ReceivedMail>();
        // «5:*» holds the last message even where its number is below 5.
        foreach (
            var id in (await inbox.SearchAsync(SearchQuery.Uids(range), cancellationToken)).Where(id =>
                id.Id >= since.NextId
            )
        )
        {
            messages.Add(Mail(await inbox.GetMessageAsync(id, cancellationToken)));
        }

        return messages;
    }

    private static ReceivedMail Mail(MimeMessage message) =>
        new(
            message
                .To.Mailboxes.Concat(message.Cc.Mailboxes)
                .Select(mailbox => mailbox.Address)
                .Concat(message.Headers.Where(IsDelivery).Select(header => header.Value.Trim().Trim('<', '>')))
                .Select(address => address.ToLowerInvariant())
                .ToHashSet(),
            message.Subject ?? "",
            message.TextBody ?? message.HtmlBody ?? ""
        );

    private static bool IsDelivery(Header header) =>
        DeliveryHeaders.Contains(header.Field, StringComparer.OrdinalIgnoreCase);

    private static MailboxPosition End(IMailFolder inbox) =>
        inbox.UidNext is { } next
            ? new MailboxPosition(inbox.UidValidity, next.Id)
            : throw new MailException("the server does not say where the mailbox ends (UIDNEXT)");

    private async Task<T> OnInboxAsync<T>(
        Func<IMailFolder, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken
    )
    {
        using var client = new ImapClient { Timeout = (int)Patience.TotalMilliseconds };
        try
        {
            await client.ConnectAsync(server.Host, server.Port, Security, cancellationToken);
            await client.AuthenticateAsync(server.User, server.Password, cancellationToken);
            await client.Inbox.OpenAsync(FolderAccess.ReadOnly, cancellationToken);
            var result = await read(client.Inbox, cancellationToken);
            await client.DisconnectAsync(quit: true, cancellationToken);
            return result;
        }
        catch (AuthenticationException error)
        {
            throw Unreadable($"it refuses user {server.User} or the password", error);
        }
        catch (SslHandshakeException error)
        {
            throw Unreadable("TLS does not come about; look at 'tls' and the server's certificate", error);
        }
        catch (Exception error)
            when (error is IOException or SocketException or TimeoutException or ProtocolException or CommandException)
        {
            throw Unreadable(error.Message.TrimEnd('.'), error);
        }
        catch (MailException error)
        {
            throw Unreadable(error.Message, error);
        }
    }

    private MailException Unreadable(string why, Exception inner) =>
        new($"The mailbox at {server.Host}:{server.Port} cannot be read: {why}.", inner);
}
