using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using FreshTrack.Clients.Kuma;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FreshTrack.UnitTests.Clients.Kuma;

/// <summary>Answers on 127.0.0.1 as an Uptime Kuma of any version would, or as a broken one. As the real server it
/// takes WebSockets alone that come without an origin, sends its version and its lists only after the sign-in, and
/// answers nothing but the sign-in before.</summary>
/// <remarks>It leaves out polling, rooms, rate limits and every call that a test does not give an answer
/// for.</remarks>
internal sealed class ScriptedKuma : IAsyncDisposable
{
    public const string Password = "right-horse-7";
    public const string Token = "a-token";

    private static readonly string[] BeforeSignIn = ["needSetup", "setup", "login", "loginByToken"];

    private readonly WebApplication app;
    private readonly string version;

    private ScriptedKuma(WebApplication app, string version) => (this.app, this.version) = (app, version);

    public Uri Address => new(app.Urls.Single());

    /// <summary>Names of the calls that came, in order.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>JSON of the answers by call, in place of the usual ones; null answers nothing, ever.</summary>
    public Dictionary<string, string?> Answers { get; } = [];

    /// <summary>The call at which the server ends.</summary>
    public string? EndsAt { get; set; }

    public KumaAccount Account(string password = Password) =>
        new(Address, "admin", password) { Patience = TimeSpan.FromSeconds(2) };

    public static async Task<ScriptedKuma> StartAsync(string version = "1.23.17")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = new ScriptedKuma(builder.Build(), version);
        server.app.UseWebSockets();
        server.app.Run(server.ServeAsync);
        await server.app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        if (
            !context.WebSockets.IsWebSocketRequest
            || context.Request.Headers.Origin.Count > 0
            || context.Request.Path != "/socket.io/"
        )
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await SendAsync(socket, """0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000}""");
        var isSignedIn = false;
        while (await ReceiveAsync(socket) is { } packet)
        {
            if (packet == "40")
            {
                await SendAsync(socket, """40{"sid":"c"}""");
                await SendAsync(socket, """42["info",{"primaryBaseURL":null}]""");
            }
            else if (packet.StartsWith("42"))
            {
                var arguments = packet.IndexOf('[');
                var call = JsonNode.Parse(packet[arguments..])!.AsArray();
                var name = call[0]!.GetValue<string>();
                Calls.Enqueue(name);
                if (name == EndsAt)
                {
                    socket.Abort();
                    return;
                }

                if ((isSignedIn || BeforeSignIn.Contains(name)) && Answer(name, call) is { } answer)
                {
                    await SendAsync(socket, $"43{packet[2..arguments]}[{answer}]");
                    if (name.StartsWith("login") && JsonNode.Parse(answer)?["ok"]?.GetValue<bool>() == true)
                    {
                        isSignedIn = true;
                        await SendListsAsync(socket);
                    }
                }
            }
        }
    }

    private string? Answer(string name, JsonArray call) =>
        Answers.TryGetValue(name, out var answer)
            ? answer
            : name switch
            {
                "needSetup" => "false",
                "login" when call[1]?["password"]?.GetValue<string>() == Password =>
                    $$"""{"ok":true,"token":"{{Token}}"}""",
                "login" => """{"ok":false,"msg":"Incorrect username or password."}""",
                "loginByToken" => call[1]?.GetValue<string>() == Token ? """{"ok":true}""" : """{"ok":false}""",
                _ => null,
            };

    private async Task SendListsAsync(WebSocket socket)
    {
        await SendAsync(socket, """42["monitorList",{}]""");
        await SendAsync(socket, $$"""42["info",{"version":"{{version}}"}]""");
        await SendAsync(socket, """42["maintenanceList",{}]""");
        await SendAsync(socket, """42["notificationList",[]]""");
        await SendAsync(socket, """42["statusPageList",{}]""");
    }

    private static Task SendAsync(WebSocket socket, string packet) =>
        socket.SendAsync(
            Encoding.UTF8.GetBytes(packet),
            WebSocketMessageType.Text,
            endOfMessage: true,
            CancellationToken.None
        );

    private static async Task<string?> ReceiveAsync(WebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        var length = 0;
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                length += part.Count;
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                if (part.EndOfMessage)
                {
                    return Encoding.UTF8.GetString(buffer, 0, length);
                }
            }
        }
        catch (WebSocketException)
        {
            return null;
        }
    }
}
