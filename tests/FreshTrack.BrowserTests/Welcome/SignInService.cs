using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FreshTrack.Clients.StackAuth;
using FreshTrack.IntegrationTests.Api.Notifications;
using FreshTrack.StackAuth;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Time.Testing;
using MimeKit;

namespace FreshTrack.BrowserTests.Welcome;

/// <summary>A Stack Auth stand-in with a mailbox and a clock that stands still.</summary>
public sealed partial class SignInService : IAsyncDisposable
{
    public const string Project = "5b1c3c7e-9d0f-4a39-8a55-0d9f6f6f0003";
    public const string PublishableKey = "pck_test";
    public const string ServerKey = "ssk_test";

    private readonly MailServer mailbox = new();
    private readonly List<string> trusted = [];
    private WebApplication? app;
    private HttpClient http = null!;

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 15, 0, 0, 0, TimeSpan.Zero));

    public Uri Address => http.BaseAddress!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async Task StartAsync()
    {
        mailbox.Start();
        app = StackAuthServer.Build(
            new StackAuthOptions
            {
                ProjectId = Project,
                ServerKey = ServerKey,
                PublishableKey = PublishableKey,
                Clock = Clock,
                Listen = "http://127.0.0.1:0",
                TrustedDomains = trusted,
                Mail = new MailOptions("127.0.0.1", mailbox.Port, "noreply@example.com"),
            }
        );
        await app.StartAsync(Cancel);
        http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    /// <summary>Lets links lead there.</summary>
    public void Trust(Uri page) => trusted.Add(WelcomeStage.Origin(page));

    /// <summary>The address of a new user without a password.</summary>
    public async Task<string> CreateUserAsync()
    {
        var email = $"ana-{Guid.CreateVersion7():N}@example.com";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/v1/users", UriKind.Relative))
        {
            Content = JsonContent.Create(
                new JsonObject
                {
                    ["primary_email"] = email,
                    ["primary_email_verified"] = true,
                    ["primary_email_auth_enabled"] = true,
                }
            ),
        };
        request.Headers.Add("X-Stack-Access-Type", "server");
        request.Headers.Add("X-Stack-Project-Id", Project);
        request.Headers.Add("X-Stack-Secret-Server-Key", ServerKey);
        using var answer = await http.SendAsync(request, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return email;
    }

    /// <summary>A new user with a mail that was asked for as the page asks for it.</summary>
    /// <returns>The address and the link.</returns>
    public async Task<(string Email, Uri Link)> AskedUserAsync(Uri page)
    {
        var email = await CreateUserAsync();
        await Person(new Uri(page, "/reset")).SendResetCodeAsync(email, Cancel);
        return (email, await LinkAsync(email));
    }

    /// <summary>The link in the first mail to somebody, once it has come.</summary>
    public async Task<Uri> LinkAsync(string email)
    {
        while (true)
        {
            if (Mails(email) is [var mail, ..])
            {
                return new Uri(Link().Match(mail.TextBody!).Value);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancel);
        }
    }

    /// <summary>The mails to somebody that have come.</summary>
    public IReadOnlyList<MimeMessage> Mails(string email) =>
        [
            .. mailbox
                .Messages.Select(text => MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(text)), Cancel))
                .Where(mail => mail.To.Mailboxes.Any(to => to.Address == email)),
        ];

    /// <summary>Sets a password with a link, by another page than ours.</summary>
    public Task UseAsync(Uri link, string password) =>
        Person(link).ResetAsync(StackAuthBrowser.FindCode(link.Query)!, password, Cancel);

    /// <exception cref="StackAuthException">Nobody has this password.</exception>
    public Task SignInAsync(string email, string password) => Person(Address).SignInAsync(email, password, Cancel);

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            http.Dispose();
            await app.DisposeAsync();
        }

        await mailbox.DisposeAsync();
    }

    private StackAuthBrowser Person(Uri callback) => new(http, Project, PublishableKey, callback);

    [GeneratedRegex(@"http://\S+", RegexOptions.NonBacktracking)]
    private static partial Regex Link();
}
