using StackExchange.Redis;

namespace FreshTrack.Api;

/// <summary>Redis, connected when first asked for and again by itself after it was gone.</summary>
/// <param name="address"><c>host:port</c>, or null when the API runs without Redis.</param>
/// <param name="password">Null for a Redis that asks for none.</param>
internal sealed class RedisConnection(string? address, string? password) : IAsyncDisposable
{
    private readonly Lazy<Task<ConnectionMultiplexer>> connection = new(() =>
    {
        var options = ConfigurationOptions.Parse(address!);
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = 1_000;
        options.ClientName = "freshtrack-api";
        options.Password = password ?? options.Password;
        // A command that finds Redis gone says so at once; nothing here is worth waiting for.
        options.BacklogPolicy = BacklogPolicy.FailFast;
        return ConnectionMultiplexer.ConnectAsync(options);
    });

    public bool IsConfigured => address is not null;

    public Task<ConnectionMultiplexer> OpenAsync(CancellationToken cancellationToken) =>
        connection.Value.WaitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (connection.IsValueCreated)
        {
            await (await connection.Value).DisposeAsync();
        }
    }
}
