namespace FreshTrack.Api.Operations;

/// <summary>The time between «stop» and stopping: not ready any more, so that the proxy looks elsewhere, but every
/// request is still answered.</summary>
/// <remarks>Answers say <c>Connection: close</c>, so that no proxy sends
/// its next request into a connection that is about to end.</remarks>
internal sealed class Draining(ApiOptions options) : IHostedLifecycleService
{
    public bool HasBegun { get; private set; }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        HasBegun = true;
        return Task.Delay(options.DrainFor, cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task CloseConnectionAsync(HttpContext context, RequestDelegate next)
    {
        if (HasBegun)
        {
            context.Response.Headers.Connection = "close";
        }

        return next(context);
    }
}
