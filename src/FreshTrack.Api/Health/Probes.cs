using FreshTrack.Api.Schema;
using Npgsql;

namespace FreshTrack.Api.Health;

/// <summary>Asks the database for the table that everything here is about: a server without the schema of this program
/// is not ready, and every webhook that was sent to it would fail.</summary>
/// <remarks>On connections of its own: dashboards that have taken all others are no reason to send readings
/// nowhere.</remarks>
internal sealed class DatabaseProbe(ApiOptions options, ILogger<DatabaseProbe> logger) : IDisposable
{
    // One for the proxy, one for whoever else asks.
    private const int Connections = 2;

    private readonly NpgsqlDataSource database = Create(options.Database);
    private volatile bool isCurrent;
    private int isTold;

    public async Task AskAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select from sensor_readings limit 0");
        await command.ExecuteNonQueryAsync(cancellationToken);
        if (isCurrent)
        {
            return;
        }

        if (await SchemaMigration.MissingAsync(database, cancellationToken) is { } script)
        {
            if (Interlocked.Exchange(ref isTold, 1) == 0)
            {
                logger.SchemaIsOlder(script);
            }

            throw new InvalidOperationException($"The database lacks {script}.");
        }

        isCurrent = true;
    }

    public void Dispose() => database.Dispose();

    private static NpgsqlDataSource Create(string database)
    {
        var settings = FreshTrackApi.ConnectionSettings(database);
        settings.MaxPoolSize = Connections;
        return FreshTrackApi.CreateDataSource("health", settings);
    }
}

/// <summary>Asks Redis for an answer.</summary>
internal sealed class RedisProbe(RedisConnection redis)
{
    public bool IsConfigured => redis.IsConfigured;

    public async Task AskAsync(CancellationToken cancellationToken) =>
        await (await redis.OpenAsync(cancellationToken)).GetDatabase().PingAsync().WaitAsync(cancellationToken);
}
