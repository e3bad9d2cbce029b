using Npgsql;
using StackExchange.Redis;

namespace FreshTrack.Api.Health;

/// <summary>Asks the database for the table that everything here is about: a server without the schema is not ready.</summary>
internal sealed class DatabaseProbe(NpgsqlDataSource database)
{
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select from sensor_readings limit 0");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <summary>Redis, connected when first asked for and again by itself after it was gone.</summary>
/// <param name="address"><c>host:port</c>, or null when the API runs without Redis.</param>
internal sealed class RedisProbe(string? address) : IAsyncDisposable
{
    private readonly Lazy<Task<ConnectionMultiplexer>> connection = new(() =>
    {
        var options = ConfigurationOptions.Parse(address!);
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = 1_000;
        options.ClientName = "freshtrack-api";
        return ConnectionMultiplexer.ConnectAsync(options);
    });

    public bool IsConfigured => address is not null;

    public async Task AskAsync(CancellationToken cancellationToken) =>
        await (await connection.Value.WaitAsync(cancellationToken)).GetDatabase().PingAsync().WaitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (connection.IsValueCreated)
        {
            await (await connection.Value).DisposeAsync();
        }
    }
}
