using FreshTrack.Api.Schema;
using Npgsql;

namespace FreshTrack.Api.Health;

/// <summary>Asks the database for the table that everything here is about: a server without the schema of this program
/// is not ready, and every webhook that was sent to it would fail.</summary>
internal sealed class DatabaseProbe(NpgsqlDataSource database, ILogger<DatabaseProbe> logger)
{
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

        isCurrent = await SchemaMigration.IsCurrentAsync(database, cancellationToken);
        if (!isCurrent)
        {
            if (Interlocked.Exchange(ref isTold, 1) == 0)
            {
                logger.SchemaIsOlder(SchemaMigration.Newest);
            }

            throw new InvalidOperationException($"The database lacks {SchemaMigration.Newest}.");
        }
    }
}

/// <summary>Asks Redis for an answer.</summary>
internal sealed class RedisProbe(RedisConnection redis)
{
    public bool IsConfigured => redis.IsConfigured;

    public async Task AskAsync(CancellationToken cancellationToken) =>
        await (await redis.OpenAsync(cancellationToken)).GetDatabase().PingAsync().WaitAsync(cancellationToken);
}
