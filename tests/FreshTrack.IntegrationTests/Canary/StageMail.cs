using DotNet.Testcontainers.Containers;
using FreshTrack.Clients.Mail;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Images;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace FreshTrack.IntegrationTests.Canary;

/// <summary>The stage's mail server, alone, for the tests of a class.</summary>
public sealed class StageMail(Servers servers) : IAsyncLifetime
{
    private readonly string run = $"test-mail-{Guid.CreateVersion7():N}";

    private IContainer container = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await servers.RequireEngineAsync(Token);
        var images = await ImageSet.ReadAsync(RepositoryRoot.Find(), [ImageCatalog.Mail], Token);
        container = ServerBuilders.Mail(images).WithLabel(StageLabels.Of(run, keep: false)).WithCleanUp(false).Build();
        await container.StartAsync(Token);
    }

    public ImapServer Imap(string password = ServerBuilders.Password) =>
        new("127.0.0.1", container.GetMappedPublicPort(ServerBuilders.ImapPort), "canary", password)
        {
            Security = MailSecurity.None,
        };

    /// <summary>On 127.0.0.1.</summary>
    public int SmtpPort => container.GetMappedPublicPort(ServerBuilders.SmtpPort);

    /// <summary>Sends a mail as the API and Stack Auth do.</summary>
    public async Task SendAsync(string to, string subject, string text)
    {
        using var message = new MimeMessage
        {
            Subject = subject,
            Body = new TextPart("plain") { Text = text },
        };
        message.From.Add(MailboxAddress.Parse("alerts@freshtrack.test"));
        message.To.Add(MailboxAddress.Parse(to));
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", SmtpPort, SecureSocketOptions.StartTlsWhenAvailable, Token);
        await client.SendAsync(message, Token);
        await client.DisconnectAsync(quit: true, Token);
    }

    public async ValueTask DisposeAsync() => await Leftovers.RemoveRunAsync(run);
}
