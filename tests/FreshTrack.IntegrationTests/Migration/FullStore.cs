using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FreshTrack.IntegrationTests.Migration;

/// <summary>An S3 server whose disk is full: buckets and lists it has, but no object more.</summary>
internal sealed class FullStore : IAsyncDisposable
{
    private const string Problem =
        "<Error><Code>InsufficientStorage</Code><Message>No space left on device</Message></Error>";

    private readonly WebApplication app;

    private FullStore(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.Single());

    public static async Task<FullStore> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = builder.Build();
        server.Run(AnswerAsync);
        await server.StartAsync(cancellationToken);
        return new FullStore(server);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static Task AnswerAsync(HttpContext context)
    {
        var isObject = context.Request.Path.Value!.Trim('/').Contains('/');
        (context.Response.StatusCode, var text) = (context.Request.Method, isObject) switch
        {
            ("PUT", true) => (StatusCodes.Status507InsufficientStorage, Problem),
            ("GET" or "HEAD", true) => (StatusCodes.Status404NotFound, ""),
            ("GET", false) => (
                StatusCodes.Status200OK,
                """
                <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
                  <IsTruncated>false</IsTruncated>
                </ListBucketResult>
                """
            ),
            _ => (StatusCodes.Status200OK, ""),
        };
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
