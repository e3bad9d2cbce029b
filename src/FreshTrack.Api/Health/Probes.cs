using Npgsql;

namespace FreshTrack.Api.Health;

/// <summary>Asks the database for the table that everything here is about:
/// a server without the schema is not ready.</summary>
internal sealed class DatabaseProbe(NpgsqlDataSource database)
{
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select from sensor_readings limit 0");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <summary>Asks Redis for an answer.</summary>
internal sealed class RedisProbe(RedisConnection redis)
{
    public bool IsConfigured => redis.IsConfigured;

    public async Task AskAsync(CancellationToken cancellationToken) =>
        await (await redis.OpenAsync(cancellationToken)).GetDatabase().PingAsync().WaitAsync(cancellationToken);
}
