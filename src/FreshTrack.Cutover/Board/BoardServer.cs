using System.Net;
using System.Text.Json;
using FreshTrack.Plan;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FreshTrack.Cutover.Board;

/// <summary>Serves a board on 127.0.0.1 alone. Every reader is served from snapshots at their own pace, so one that
/// stalls or leaves is nothing to the run.</summary>
public sealed class BoardServer : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(2);

    private readonly WebApplication web;
    private readonly LiveBoard board;
    private readonly TimeProvider clock;

    private BoardServer(WebApplication web, LiveBoard board, TimeProvider clock) =>
        (this.web, this.board, this.clock) = (web, board, clock);

    public Uri Address { get; private set; } = null!;

    /// <param name="port">0 takes any that is free.</param>
    /// <exception cref="RefusedException">The port is taken or may not be used.</exception>
    public static async Task<BoardServer> StartAsync(
        LiveBoard board,
        int port,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        if (port is < 0 or > IPEndPoint.MaxPort)
        {
            throw new RefusedException(
                $"Invalid --board '{port}'. Use a port from 1 to {IPEndPoint.MaxPort}, or --board alone for "
                    + "one that is free."
            );
        }

        // Empty: neither the environment's variables nor a settings file may open another address.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Listen(IPAddress.Loopback, port);
            });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Goodbye);
        var application = builder.Build();
        var server = new BoardServer(application, board, clock);
        application.Run(server.AnswerAsync);
        try
        {
            await application.StartAsync(cancellationToken);
        }
        catch (IOException e)
        {
            await application.DisposeAsync();
            throw new RefusedException(
                $"The board cannot use port {port}: {e.Message} Give another with --board PORT, or --board "
                    + "alone for one that is free.",
                e
            );
        }

        server.Address = new Uri(application.Urls.Single());
        return server;
    }

    /// <summary>Shows every reader the last state, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        await web.StopAsync(CancellationToken.None);
        await web.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // A page of another site that has its name point here would send that name.
        return (IsOurs(http.Request.Host), http.Request.Method, http.Request.Path.Value) switch
        {
            (false, _, _) => RefuseAsync(
                http,
                StatusCodes.Status421MisdirectedRequest,
                $"Open the board at {Address}."
            ),
            (_, "GET", "/") => PageAsync(http),
            (_, "GET", "/events") => EventsAsync(http),
            (_, "GET", _) => RefuseAsync(http, StatusCodes.Status404NotFound, $"There is only {Address}."),
            _ => RefuseAsync(http, StatusCodes.Status405MethodNotAllowed, "The board is read only."),
        };
    }

    // Browsers leave out the port that http has by itself.
    private bool IsOurs(HostString host) =>
        (host.Port ?? 80) == Address.Port && host.Host is ("127.0.0.1" or "localhost");

    private Task PageAsync(HttpContext http)
    {
        http.Response.ContentType = "text/html; charset=utf-8";
        return http.Response.WriteAsync(BoardPage.WriteLive(board.Snapshot()), http.RequestAborted);
    }

    private async Task EventsAsync(HttpContext http)
    {
        http.Response.ContentType = "text/event-stream";
        var stopping = web.Lifetime.ApplicationStopping;
        var sent = new Dictionary<string, string>();
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                await SendAsync(http, sent);
                await WaitAsync(stopping, http.RequestAborted);
            }

            await SendAsync(http, sent);
            await http.Response.WriteAsync("event: end\ndata: {}\n\n", http.RequestAborted);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ConnectionAbortedException)
        {
            // The reader left.
        }
    }

    // Only what has changed, but always something: a page that hears nothing says so.
    private async Task SendAsync(HttpContext http, Dictionary<string, string> sent)
    {
        var changed = BoardPage
            .Parts(board.Snapshot())
            .Where(part => sent.GetValueOrDefault(part.Key) != part.Value)
            .ToDictionary();
        foreach (var (id, markup) in changed)
        {
            sent[id] = markup;
        }

        await http.Response.WriteAsync(
            $"event: parts\ndata: {JsonSerializer.Serialize(changed)}\n\n",
            http.RequestAborted
        );
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }

    private async Task WaitAsync(CancellationToken stopping, CancellationToken left)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, left);
        await Task.Delay(Interval, clock, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static Task RefuseAsync(HttpContext http, int status, string message)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(message + "\n", http.RequestAborted);
    }
}
