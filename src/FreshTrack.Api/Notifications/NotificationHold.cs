using Npgsql;

namespace FreshTrack.Api.Notifications;

/// <summary>What a release did; counts of the organizations that were held.</summary>
/// <param name="Settled">Alerts from before the cutover point that went into digests.</param>
/// <param name="Unreached">Those of them for which nobody could be told.</param>
/// <param name="Digests">Messages about many alerts that go out now.</param>
/// <param name="Waiting">Messages about one alert that go out now.</param>
internal sealed record Release(long Settled, long Unreached, long Digests, long Waiting);

/// <summary>The one row that says for every instance whether notifications are held.</summary>
internal sealed class NotificationHold(NpgsqlDataSource database, ApiOptions options)
{
    // A release waits for as long for those who are writing alerts at this moment.
    private const string PatienceSql = "set local lock_timeout = '30s'";

    // Some milliseconds for each alert that is settled.
    private const int ReleaseTimeout = 900;

    private const string HoldSql = """
        insert into api.notification_hold as h (is_on, canary_id, changed_at) values (true, $1, $2)
        on conflict (only_row) do update set
          is_on = true, canary_id = excluded.canary_id, changed_at = excluded.changed_at
        where not h.is_on or h.canary_id is distinct from excluded.canary_id
        """;

    private const string BeginHeldSql = """
        insert into api.notification_hold (is_on, changed_at) values (true, $1) on conflict do nothing
        """;

    private const string ReleaseSql = "select * from api.release_notifications($1, $2, $3)";

    private volatile bool hasBegun;

    /// <summary>Holds notifications where <c>FRESHTRACK_NOTIFICATIONS</c> says so and nobody has held or released them
    /// before. To be called before anything is sent; the first call that succeeds is the last one that asks the
    /// database.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached, or has an older schema.</exception>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (hasBegun || !options.HoldNotifications)
        {
            return;
        }

        await using var command = database.CreateCommand(BeginHeldSql).Add(options.Clock.GetUtcNow().UtcDateTime);
        await command.ExecuteNonQueryAsync(cancellationToken);
        hasBegun = true;
    }

    /// <param name="canary">The organization whose notifications go out all the same; null for none.</param>
    /// <returns>False when it was so already.</returns>
    /// <exception cref="NpgsqlException">The database cannot be reached, or has an older schema.</exception>
    public static async Task<bool> HoldAsync(
        NpgsqlDataSource database,
        Guid? canary,
        DateTime now,
        CancellationToken cancellationToken
    )
    {
        await using var command = database.CreateCommand(HoldSql).Add(canary).Add(now);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <param name="cutoverPoint">Alerts from before it are settled in one digest to each of those who would have been
    /// told.</param>
    /// <param name="channels">Channels over which alerts can be sent at all.</param>
    /// <returns>Null, and nothing is changed, when notifications are not held.</returns>
    /// <exception cref="NpgsqlException">The database cannot be reached, has an older schema, or somebody holds what
    /// the release needs for more than 30 s: nothing was changed.</exception>
    public static async Task<Release?> ReleaseAsync(
        NpgsqlDataSource database,
        DateTime cutoverPoint,
        string[] channels,
        DateTime now,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction) { Timeout = ReleaseTimeout };
        batch.BatchCommands.Add(new NpgsqlBatchCommand(PatienceSql));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ReleaseSql).Add(cutoverPoint).Add(channels).Add(now));
        Release? release = null;
        await using (var rows = await batch.ExecuteReaderAsync(cancellationToken))
        {
            if (await rows.ReadAsync(cancellationToken))
            {
                release = Read(rows);
            }
        }

        await transaction.CommitAsync(cancellationToken);
        return release;
    }

    private static Release? Read(NpgsqlDataReader row) =>
        row.IsDBNull(0) ? null : new Release(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3));
}
