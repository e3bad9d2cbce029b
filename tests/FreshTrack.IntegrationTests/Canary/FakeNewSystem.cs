using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FreshTrack.IntegrationTests.Canary;

/// <summary>An API that answers what a test tells it, right or wrong.</summary>
internal sealed class FakeNewSystem : IAsyncDisposable
{
    private readonly WebApplication app;

    private FakeNewSystem(WebApplication app)
    {
        this.app = app;
        app.Run(AnswerAsync);
    }

    public Uri Address { get; private set; } = null!;

    /// <summary>Method and path, as in <c>GET /health</c> → status and body.</summary>
    public Dictionary<string, (int Status, string Body)> Answers { get; } = [];

    /// <summary>What is answered to everything else.</summary>
    public (int Status, string Body) Other { get; set; } = (503, """{"error":{"code":"MAINTENANCE"}}""");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<FakeNewSystem> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var system = new FakeNewSystem(builder.Build());
        await system.app.StartAsync(Token);
        system.Address = new Uri(system.app.Urls.First());
        return system;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext context)
    {
        var (status, body) = Answers.GetValueOrDefault($"{context.Request.Method} {context.Request.Path}", Other);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body, context.RequestAborted);
    }
}
