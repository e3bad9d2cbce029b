using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace FreshTrack.Api.Notifications;

/// <summary>E-mail through one SMTP server, a connection a message.</summary>
internal sealed class EmailChannel(SmtpOptions options, TimeProvider clock) : IChannel
{
    public string Name => "email";

    private SecureSocketOptions Security =>
        options.ImplicitTls ? SecureSocketOptions.SslOnConnect
        : options.User is null ? SecureSocketOptions.StartTlsWhenAvailable
        : SecureSocketOptions.StartTls;

    public async Task<SendOutcome> SendAsync(Delivery delivery, string address, CancellationToken cancellationToken)
    {
        if (!MailboxAddress.TryParse(address, out var to))
        {
            return SendOutcome.Rejected(
                "The recipient's e-mail address is none. Correct it in their profile or contact."
            );
        }

        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(options.Timeout);
        using var client = new SmtpClient { Timeout = (int)options.Timeout.TotalMilliseconds };
        var handOver = new HandOver();
        try
        {
            await client.ConnectAsync(options.Host, options.Port, Security, limited.Token);
            if (options.User is { } user)
            {
                await client.AuthenticateAsync(user, options.Password ?? "", limited.Token);
            }

            using var message = Message(delivery, to);
            await client.SendAsync(message, limited.Token, handOver);
        }
        catch (SmtpCommandException exception)
        {
            // An answer: the server has not taken it, for now (4xx) or for good. Its text may repeat the address.
            var code = (int)exception.StatusCode;
            return code is >= 400 and < 500
                ? SendOutcome.Deferred($"The mail server answered {code}.")
                : SendOutcome.Rejected($"The mail server answered {code}.");
        }
        catch (AuthenticationException)
        {
            return SendOutcome.Deferred("The mail server refused our user name or password.");
        }
        // Whatever breaks a connection, all that counts is whether the message had gone out by then.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return handOver.HasBegun
                ? SendOutcome.Unknown(
                    "The connection to the mail server ended before it answered; the message may have been sent."
                )
                : SendOutcome.Deferred($"The mail server could not be reached ({exception.GetType().Name}).");
        }

        await LeaveAsync(client, limited.Token);
        return SendOutcome.Sent;
    }

    /// <summary>The server has taken the message; how the connection ends is of no interest any more.</summary>
    private static async Task LeaveAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception exception)
            when (exception is IOException or ProtocolException or CommandException or OperationCanceledException)
        {
            // Taken is taken.
        }
    }

    private MimeMessage Message(Delivery delivery, MailboxAddress to)
    {
        var from = MailboxAddress.Parse(options.From);
        var message = new MimeMessage
        {
            MessageId = $"{delivery.Id:N}@{from.Domain}",
            Date = clock.GetUtcNow(),
            Subject = MessageText.Subject(delivery.News),
            Body = new TextPart("plain") { Text = MessageText.Body(delivery.News) },
        };
        message.From.Add(from);
        message.To.Add(to);
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        return message;
    }

    private sealed class HandOver : ITransferProgress
    {
        public bool HasBegun { get; private set; }

        public void Report(long bytesTransferred, long totalSize) => HasBegun = true;

        public void Report(long bytesTransferred) => HasBegun = true;
    }
}
