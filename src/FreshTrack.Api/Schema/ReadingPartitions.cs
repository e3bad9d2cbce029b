using Npgsql;

namespace FreshTrack.Api.Schema;

/// <summary>The monthly partitions of the readings: three months
/// ahead, and one for every month that has waited in the default partition.</summary>
internal static class ReadingPartitions
{
    private const int MonthsAhead = 3;
    private const int Attempts = 40;

    /// <summary>Rows of the default partition are counted up to here.</summary>
    public const int CountedRows = 10_000;

    private const string MissingSql = "select * from api.missing_reading_partitions($1, $2)";

    // Below deadlock_timeout: whoever is in this one's way never has to give up for it.
    private const string PatienceSql = "set local lock_timeout = '250ms'";

    // As the schema's owner: the role of the running API makes no tables.
    private const string EnsureSql = "select api.add_missing_month($1)";

    private const string DefaultRowsSql = "select count(*) from (select from sensor_readings_default limit $1) rows";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Makes what is missing, each month in a transaction of its own. Waits for locks a
    /// quarter of a second at a time, so that readings are held up for no longer, and tries again.</summary>
    /// <returns>How many partitions were made.</returns>
    /// <exception cref="NpgsqlException">The database cannot be reached,
    /// or a month could not be made in 40 attempts.</exception>
    public static async Task<int> EnsureAsync(
        NpgsqlConnection connection,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var made = 0;
        foreach (var month in await MissingAsync(connection, now.UtcDateTime, cancellationToken))
        {
            made += await EnsureAsync(connection, month, cancellationToken);
        }

        return made;
    }

    /// <summary>How many readings have no partition of their own; <see cref="CountedRows"/> at most.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public static async Task<long> CountDefaultRowsAsync(
        NpgsqlConnection connection,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand(DefaultRowsSql, connection);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = CountedRows });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task<IReadOnlyList<DateOnly>> MissingAsync(
        NpgsqlConnection connection,
        DateTime now,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand(MissingSql, connection);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.AddMonths(MonthsAhead) });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var months = new List<DateOnly>();
        while (await reader.ReadAsync(cancellationToken))
        {
            months.Add(Month(reader));
        }

        return months;
    }

    private static DateOnly Month(NpgsqlDataReader row) => row.GetFieldValue<DateOnly>(0);

    private static async Task<int> EnsureAsync(
        NpgsqlConnection connection,
        DateOnly month,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                await using var patience = new NpgsqlCommand(PatienceSql, connection, transaction);
                await patience.ExecuteNonQueryAsync(cancellationToken);
                // Moving a month that was imported takes as long as it takes; nobody waits for that part.
                await using var ensure = new NpgsqlCommand(EnsureSql, connection, transaction) { CommandTimeout = 0 };
                ensure.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = month });
                var made = (int)(await ensure.ExecuteScalarAsync(cancellationToken))!;
                await transaction.CommitAsync(cancellationToken);
                return made;
            }
            catch (PostgresException exception) when (attempt < Attempts && IsInTheWay(exception))
            {
                await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            }
        }
    }

    private static bool IsInTheWay(PostgresException exception) =>
        exception.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected;
}
