using System.Collections.Concurrent;
using System.Net;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FreshTrack.IntegrationTests.Completion;

/// <summary>An S3 server in memory that returns other bytes than it was given, below one prefix.</summary>
internal sealed class FlippingStore : IAsyncDisposable
{
    private const string Bucket = "bucket";
    private static readonly XNamespace S3 = "http://s3.amazonaws.com/doc/2006-03-01/";

    private readonly ConcurrentDictionary<string, byte[]> objects = new();
    private readonly WebApplication app;
    private readonly string prefix;

    private FlippingStore(string prefix)
    {
        this.prefix = prefix;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(AnswerAsync);
    }

    public string Address => $"http://key:secret@{new Uri(app.Urls.Single()).Authority}/{Bucket}";

    public static async Task<FlippingStore> StartAsync(string prefix, CancellationToken cancellationToken)
    {
        var store = new FlippingStore(prefix);
        await store.app.StartAsync(cancellationToken);
        return store;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var key = Uri.UnescapeDataString(context.Request.Path.Value!.TrimStart('/'))[Bucket.Length..].TrimStart('/');
        switch (context.Request.Method, key)
        {
            case ("PUT", not ""):
                using (var content = new MemoryStream())
                {
                    await context.Request.Body.CopyToAsync(content, context.RequestAborted);
                    objects[key] = content.ToArray();
                }

                break;
            case ("GET", ""):
                await context.Response.WriteAsync(
                    List(context.Request.Query["prefix"].ToString()),
                    context.RequestAborted
                );
                break;
            case ("GET", _) when objects.TryGetValue(key, out var kept):
                await context.Response.Body.WriteAsync(
                    key.StartsWith(prefix) ? [.. kept.Select(one => (byte)~one)] : kept,
                    context.RequestAborted
                );
                break;
            case ("GET", _):
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
            default:
                break;
        }
    }

    private string List(string below) =>
        new XElement(
            S3 + "ListBucketResult",
            new XElement(S3 + "IsTruncated", "false"),
            objects
                .Keys.Where(key => key.StartsWith(below))
                .Order()
                .Select(key => new XElement(S3 + "Contents", new XElement(S3 + "Key", key)))
        ).ToString();
}
