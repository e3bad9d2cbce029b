using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FreshTrack.Load.Faults;

/// <summary>What a <see cref="FaultProxy"/> does to the API behind it.</summary>
/// <param name="Delay">Added to every answer.</param>
/// <param name="ErrorEvery">Every so-many-th request is answered 500 without reaching the API; 0 for none.</param>
public sealed record ProxyFault(TimeSpan Delay, int ErrorEvery)
{
    public static ProxyFault Slow(TimeSpan delay) => new(delay, 0);

    public static ProxyFault Errors(int every) => new(TimeSpan.Zero, every);
}

/// <summary>A reverse proxy on 127.0.0.1 that makes an API slow or faulty, to see the gate stop it.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    // Named per hop by RFC 9110, section 7.6.1, or set by the server itself.
    private static readonly HashSet<string> NotForwarded = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection",
        "Keep-Alive",
        "Proxy-Connection",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "Host",
        "Content-Length",
    };

    private readonly HttpMessageInvoker invoker = new(
        new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
        }
    );
    private readonly WebApplication app;
    private readonly Uri api;
    private readonly ProxyFault fault;
    private long requests;

    private FaultProxy(WebApplication app, Uri api, ProxyFault fault) =>
        (this.app, this.api, this.fault) = (app, api, fault);

    /// <summary>Where to send requests instead of to the API.</summary>
    public Uri Address => new(app.Urls.Single());

    public static async Task<FaultProxy> StartAsync(Uri api, ProxyFault fault, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var proxy = new FaultProxy(builder.Build(), api, fault);
        proxy.app.Run(proxy.AnswerAsync);
        await proxy.app.StartAsync(cancellationToken);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        invoker.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var number = Interlocked.Increment(ref requests);
        if (fault.Delay > TimeSpan.Zero)
        {
            await Task.Delay(fault.Delay, TimeProvider.System, context.RequestAborted);
        }

        if (fault.ErrorEvery > 0 && number % fault.ErrorEvery == 0)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        await ForwardAsync(context);
    }

    private async Task ForwardAsync(HttpContext context)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method),
            new Uri(api, context.Request.Path + context.Request.QueryString)
        );
        if (context.Request.ContentLength > 0 || context.Request.Headers.TransferEncoding.Count > 0)
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.ContentLength = context.Request.ContentLength;
        }

        foreach (var (name, values) in context.Request.Headers.Where(header => !NotForwarded.Contains(header.Key)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        using var response = await invoker.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentLength = response.Content.Headers.ContentLength;
        foreach (
            var (name, values) in response
                .Headers.Concat(response.Content.Headers)
                .Where(header => !NotForwarded.Contains(header.Key))
        )
        {
            context.Response.Headers[name] = values.ToArray();
        }

        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
