using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FreshTrack.IntegrationTests.Api.Notifications;
using FreshTrack.StackAuth;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Time.Testing;
using MimeKit;

namespace FreshTrack.IntegrationTests.StackAuth;

/// <summary>What a server answered.</summary>
/// <param name="Code">Of the error; null for successes and for errors without one.</param>
/// <param name="Body">JSON; an empty object when it was none.</param>
internal sealed record StackAuthAnswer(int Status, string? Code, JsonObject Body, string Text)
{
    public string this[string name] => Body[name]?.ToString() ?? "";
}

/// <summary>A Stack Auth stand-in that listens, with a mailbox and a clock that stands still.</summary>
internal sealed partial class StackAuthProject : IAsyncDisposable
{
    public const string Id = "5b1c3c7e-9d0f-4a39-8a55-0d9f6f6f0002";
    public const string ServerKey = "ssk_test";
    public const string ClientKey = "pck_test";
    public const string Callback = "https://app.example.com/handler?from=mail";

    private readonly WebApplication app;

    private StackAuthProject(WebApplication app, MailServer mailbox, FakeTimeProvider clock)
    {
        (this.app, Mailbox, Clock) = (app, mailbox, clock);
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    /// <summary>Without any header.</summary>
    public HttpClient Http { get; }

    public MailServer Mailbox { get; }

    public FakeTimeProvider Clock { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<StackAuthProject> StartAsync(Func<StackAuthOptions, StackAuthOptions>? configure = null)
    {
        var mailbox = new MailServer();
        mailbox.Start();
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 15, 0, 0, 0, TimeSpan.Zero));
        var options = new StackAuthOptions
        {
            ProjectId = Id,
            ServerKey = ServerKey,
            PublishableKey = ClientKey,
            Clock = clock,
            Listen = "http://127.0.0.1:0",
            TrustedDomains = ["https://app.example.com"],
            Mail = new MailOptions("127.0.0.1", mailbox.Port, "noreply@example.com"),
        };
        var server = StackAuthServer.Build(configure?.Invoke(options) ?? options);
        await server.StartAsync(Cancel);
        return new StackAuthProject(server, mailbox, clock);
    }

    /// <summary>A call of the server API.</summary>
    public Task<StackAuthAnswer> ServerAsync(HttpMethod method, string path, JsonNode? body = null) =>
        SendAsync(method, path, body, ServerHeaders);

    /// <summary>A call as a browser makes it, for nobody or for the user of a token.</summary>
    public Task<StackAuthAnswer> ClientAsync(
        HttpMethod method,
        string path,
        JsonNode? body = null,
        string? token = null
    )
    {
        var headers = new Dictionary<string, string>
        {
            ["X-Stack-Access-Type"] = "client",
            ["X-Stack-Project-Id"] = Id,
            ["X-Stack-Publishable-Client-Key"] = ClientKey,
        };
        if (token is not null)
        {
            headers["X-Stack-Access-Token"] = token;
        }

        return SendAsync(method, path, body, headers);
    }

    public static Dictionary<string, string> ServerHeaders =>
        new()
        {
            ["X-Stack-Access-Type"] = "server",
            ["X-Stack-Project-Id"] = Id,
            ["X-Stack-Secret-Server-Key"] = ServerKey,
        };

    public async Task<StackAuthAnswer> SendAsync(
        HttpMethod method,
        string path,
        JsonNode? body,
        IReadOnlyDictionary<string, string> headers
    )
    {
        using var request = new HttpRequestMessage(method, new Uri($"/api/v1{path}", UriKind.Relative))
        {
            Content = body is null ? null : JsonContent.Create(body),
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using var response = await Http.SendAsync(request, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        return new StackAuthAnswer(
            (int)response.StatusCode,
            response.Headers.TryGetValues("X-Stack-Known-Error", out var code) ? code.Single() : null,
            response.Content.Headers.ContentType?.MediaType == "application/json"
                ? JsonNode.Parse(text)!.AsObject()
                : [],
            text
        );
    }

    /// <summary>The id of a new user.</summary>
    public async Task<string> CreateAsync(JsonObject body)
    {
        var answer = await ServerAsync(HttpMethod.Post, "/users", body);
        Assert.True(answer.Status == 201, answer.Text);
        return answer["id"];
    }

    /// <summary>A user who signs in by mail.</summary>
    public Task<string> CreateAsync(string email, bool verified = true) =>
        CreateAsync(
            new JsonObject
            {
                ["primary_email"] = email,
                ["primary_email_verified"] = verified,
                ["primary_email_auth_enabled"] = true,
            }
        );

    public Task<StackAuthAnswer> SessionAsync(string user, double? life = null) =>
        ServerAsync(
            HttpMethod.Post,
            "/auth/sessions",
            life is null
                ? new JsonObject { ["user_id"] = user }
                : new JsonObject { ["user_id"] = user, ["expires_in_millis"] = life }
        );

    /// <summary>The text of the only mail that came, once it has come.</summary>
    public async Task<string> MailAsync()
    {
        while (Mailbox.Messages.Count == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancel);
        }

        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Mailbox.Messages.Single()));
        return (await MimeMessage.LoadAsync(stream, Cancel)).TextBody ?? "";
    }

    /// <summary>The code in the link of the only mail.</summary>
    public async Task<string> MailedCodeAsync() =>
        CodeInLink().Match(await MailAsync()) is { Success: true } match
            ? match.Groups["code"].Value
            : throw new InvalidOperationException("The mail holds no link with a code.");

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        await Mailbox.DisposeAsync();
    }

    [GeneratedRegex(
        @"https://app\.example\.com/handler\?from=mail&code=(?<code>[0-9a-z]{45})",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex CodeInLink();
}
