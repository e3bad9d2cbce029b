using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Freezing;

/// <summary>A session that closes or opens the source. What its role may not do besides the triggers is collected, not
/// thrown.</summary>
internal sealed class FreezeSession : IAsyncDisposable
{
    private const string Name = "freshtrack-freeze";

    private static readonly Sql Exists = Sql.Format(
        $"select to_regnamespace({Sql.Literal(OwnNames.Freeze.Name)}) is not null"
    );

    private static readonly Sql Owners = Sql.Format(
        $"select current_user::text, pg_get_userbyid(nspowner)::text from pg_namespace where nspname = "
            + $"{Sql.Literal(OwnNames.Freeze.Name)}"
    );

    private readonly List<string> denied = [];

    private FreezeSession(NpgsqlConnection connection) => Connection = connection;

    public NpgsqlConnection Connection { get; }

    /// <summary>What this role was not allowed to do, or other sessions kept it from, in words.</summary>
    public IReadOnlyList<string> Denied => denied;

    /// <param name="lockTimeout">How long one statement waits for the sessions that hold a table.</param>
    public static async Task<FreezeSession> OpenAsync(
        NpgsqlDataSource source,
        TimeSpan lockTimeout,
        CancellationToken cancellationToken
    )
    {
        var connection = await Sessions.OpenAsync(source, Name, cancellationToken);
        await connection.ExecuteAsync(
            Sql.Format(
                $"set default_transaction_read_only = off; set lock_timeout = {(long)lockTimeout.TotalMilliseconds}"
            ),
            cancellationToken
        );
        return new FreezeSession(connection);
    }

    public Task<bool> IsFrozenAsync(CancellationToken cancellationToken) =>
        Connection.ScalarAsync<bool>(Exists, cancellationToken);

    /// <exception cref="RefusedException">The source is not frozen.</exception>
    public async Task DemandFrozenAsync(CancellationToken cancellationToken)
    {
        if (!await IsFrozenAsync(cancellationToken))
        {
            throw new RefusedException("The source is not frozen. Freeze it first (--freeze).");
        }
    }

    /// <summary>Changes what only the freeze's owner may change.</summary>
    /// <exception cref="MigrationException">The freeze is another role's.</exception>
    public async Task<T> ByOwnerAsync<T>(Func<Task<T>> change, CancellationToken cancellationToken)
    {
        try
        {
            return await change();
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            var (own, owner) = (
                await Connection.ListAsync(Owners, row => (row.GetString(0), row.GetString(1)), cancellationToken)
            )[0];
            throw new MigrationException(
                $"The source is still frozen: it was frozen as '{owner}', and '{own}' may not open it "
                    + $"({error.MessageText}). Use a source address of '{owner}' or of a superuser.",
                error
            );
        }
    }

    /// <summary>Puts a table's triggers.</summary>
    /// <exception cref="PostgresException">This role lacks TRIGGER on the table, or another session holds
    /// it.</exception>
    public async Task PutAsync(TableName table, FreezeAnswer answer, CancellationToken cancellationToken)
    {
        // Also against sessions that replay replication; only the owner may say so, and only a superuser or whoever
        // may set session_replication_role has such a session.
        foreach (var trigger in await FreezeTriggers.PutAsync(Connection, table, answer, cancellationToken))
        {
            await TryAsync(Sql.Format($"alter table {table} enable always trigger {trigger}"), cancellationToken);
        }
    }

    /// <summary>Whether sessions that begin from now on are read-only unless they say otherwise.</summary>
    public async Task SetReadOnlyAsync(bool isReadOnly, CancellationToken cancellationToken)
    {
        var database = await Connection.ScalarAsync<string>(
            new Sql("select current_database()::text"),
            cancellationToken
        );
        var setting = isReadOnly
            ? new Sql("set default_transaction_read_only = on")
            : new Sql("reset default_transaction_read_only");
        await TryAsync(Sql.Format($"alter database {new Identifier(database!)} {setting}"), cancellationToken);
    }

    /// <summary>Adds what was not allowed elsewhere.</summary>
    public void Deny(IEnumerable<string> reasons) => denied.AddRange(reasons);

    /// <summary>Runs a statement that this role may lack the right for, or another session hold up.</summary>
    public async Task TryAsync(Sql sql, CancellationToken cancellationToken)
    {
        if (await RefusalAsync(sql, cancellationToken) is { } reason)
        {
            denied.Add($"{sql}: {reason}");
        }
    }

    /// <returns>Why it was not done; null when it was.</returns>
    public async Task<string?> RefusalAsync(Sql sql, CancellationToken cancellationToken)
    {
        try
        {
            await Connection.ExecuteAsync(sql, cancellationToken);
            return null;
        }
        catch (PostgresException error)
            when (error.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.LockNotAvailable)
        {
            return error.MessageText;
        }
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}
