using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Cutover.Nights;

/// <summary>A session's lock in one database. The session says something every few seconds; one that is silent belongs
/// to a process that is gone or asleep, and gives way.</summary>
internal sealed class DatabaseLock : IAsyncDisposable
{
    // "FTNIGHT" in ASCII, beside the mover's own.
    private const long Key = 0x46544E49474854;

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private static readonly Sql Holders = Sql.Format(
        $"""
        select a.pid, a.application_name, a.backend_start,
            extract(epoch from clock_timestamp() - a.state_change)::float8
        from pg_locks l join pg_stat_activity a using (pid)
        where l.locktype = 'advisory' and l.granted and ((l.classid::bigint << 32) | l.objid::bigint) = {Key}
          and l.objsubid = 1 and a.datname = current_database()
        """
    );

    private readonly string side;
    private readonly NpgsqlDataSource database;
    private readonly string name;
    private readonly SemaphoreSlim turns = new(1, 1);
    private readonly CancellationTokenSource end = new();
    private readonly Task beating;
    private NpgsqlConnection connection;

    private DatabaseLock(string side, NpgsqlDataSource database, string name, NpgsqlConnection connection)
    {
        (this.side, this.database, this.name, this.connection) = (side, database, name, connection);
        beating = BeatAsync();
    }

    /// <param name="side"><c>source</c> or <c>target</c>.</param>
    /// <param name="name">The session's, shown to whoever comes second.</param>
    /// <exception cref="RefusedException">Another process holds it; who it is and since when.</exception>
    public static async Task<DatabaseLock> AcquireAsync(
        string side,
        NpgsqlDataSource database,
        string name,
        CancellationToken cancellationToken
    ) => new(side, database, name, await TakeAsync(side, database, name, cancellationToken));

    /// <returns>The name of the session that holds it and lives; null for none.</returns>
    public static async Task<string?> FindHolderAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var session = await database.OpenConnectionAsync(cancellationToken);
        var names = await session.ListAsync(
            Holders,
            row => (Name: row.GetString(1), Silent: TimeSpan.FromSeconds(row.GetDouble(3))),
            cancellationToken
        );
        return names is [{ Name: var name, Silent: var silent }, ..] && silent < Silence ? $"'{name}'" : null;
    }

    /// <summary>Runs a statement on the session of the lock, which is taken again where it was cut off.</summary>
    /// <exception cref="RefusedException">Another process took it meanwhile.</exception>
    public async Task<T?> ScalarAsync<T>(Sql sql, CancellationToken cancellationToken, params object[] values)
    {
        await turns.WaitAsync(cancellationToken);
        try
        {
            try
            {
                await connection.ExecuteAsync(new Sql("select 1"), cancellationToken);
            }
            catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
            {
                await connection.DisposeAsync();
                connection = await TakeAsync(side, database, name, cancellationToken);
            }

            return await connection.ScalarAsync<T>(sql, cancellationToken, values);
        }
        finally
        {
            turns.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await beating;
        try
        {
            // A pooled session keeps what it holds until it is used again.
            await connection.ExecuteAsync(Sql.Format($"select pg_advisory_unlock({Key})"), CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            // The session is gone, and its lock with it.
        }

        await connection.DisposeAsync();
        turns.Dispose();
        end.Dispose();
    }

    private async Task BeatAsync()
    {
        while (true)
        {
            try
            {
                await Task.Delay(Heartbeat, end.Token);
                await turns.WaitAsync(end.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            try
            {
                await connection.ExecuteAsync(new Sql("select 1"), end.Token);
            }
            catch (Exception e) when (e is NpgsqlException or InvalidOperationException or OperationCanceledException)
            {
                // Whoever needs the lock next finds out.
            }
            finally
            {
                turns.Release();
            }
        }
    }

    private static async Task<NpgsqlConnection> TakeAsync(
        string side,
        NpgsqlDataSource database,
        string name,
        CancellationToken cancellationToken
    )
    {
        var opened = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            // A frozen source is read-only by default.
            await opened.ExecuteAsync(
                Sql.Format($"set default_transaction_read_only = off; set application_name = {Sql.Literal(name)}"),
                cancellationToken
            );
            while (
                !await opened.ScalarAsync<bool>(Sql.Format($"select pg_try_advisory_lock({Key})"), cancellationToken)
            )
            {
                await EndSilentAsync(side, opened, cancellationToken);
            }

            return opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="RefusedException">The holder lives.</exception>
    private static async Task EndSilentAsync(string side, NpgsqlConnection session, CancellationToken cancellationToken)
    {
        var holders = await session.ListAsync(
            Holders,
            row =>
                (
                    Pid: row.GetInt32(0),
                    Name: row.GetString(1),
                    Since: row.GetFieldValue<DateTimeOffset>(2),
                    Silent: TimeSpan.FromSeconds(row.GetDouble(3))
                ),
            cancellationToken
        );
        if (holders is [var holder, ..] && holder.Silent < Silence)
        {
            throw new RefusedException(
                $"Another procedure works on this {side}: '{holder.Name}', since {Format.Time(holder.Since)}. Wait for "
                    + "its end, or run Status to see where it is. Nothing was changed."
            );
        }

        foreach (var (pid, _, _, _) in holders)
        {
            await session.ExecuteAsync(new Sql("select pg_terminate_backend($1)"), cancellationToken, pid);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
    }
}
