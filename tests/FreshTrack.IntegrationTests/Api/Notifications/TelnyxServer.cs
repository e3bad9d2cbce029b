using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FreshTrack.IntegrationTests.Api.Notifications;

/// <summary>Telnyx's <c>POST /v2/messages</c> on the loopback interface.</summary>
internal sealed class TelnyxServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<(string Authorization, string Body)> requests = new();

    public TelnyxServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapPost("/v2/messages", AnswerAsync);
    }

    public Uri Url => new(app.Urls.First());

    public IReadOnlyList<(string Authorization, string Body)> Requests => [.. requests];

    /// <summary>The status to answer with; 0 hangs up after the request has been read.</summary>
    public int Status { get; set; } = StatusCodes.Status200OK;

    public Task StartAsync(CancellationToken cancellationToken) => app.StartAsync(cancellationToken);

    public void Clear()
    {
        Status = StatusCodes.Status200OK;
        requests.Clear();
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        requests.Enqueue(
            (context.Request.Headers.Authorization.ToString(), await reader.ReadToEndAsync(context.RequestAborted))
        );
        if (Status == 0)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = Status;
        await context.Response.WriteAsync("{}", context.RequestAborted);
    }
}
