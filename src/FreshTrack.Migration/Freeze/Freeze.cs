using FreshTrack.Clients.SupabaseAuth;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Freezing;

/// <summary>Keeps everyone from writing to what the plan moves, and takes that back. Both may be repeated.</summary>
/// <remarks>
/// Triggers hold against every session, whatever it sets; revoked rights, the read-only default and ended sessions come
/// on top where this role may. All that is created in the source lies in the schema <c>freshtrack_freeze</c> or is
/// called so.
/// </remarks>
public sealed class Freeze(NpgsqlDataSource source, MigrationPlan plan, TimeProvider time)
{
    private const string Session = "freshtrack-freeze";

    private static readonly Sql Install = Sql.Format(
        $"""
        create schema if not exists {OwnNames.Freeze};
        create table if not exists {OwnNames.Revoked} (
            relation regclass, grantee text, privilege text, grantable boolean,
            primary key (relation, grantee, privilege))
        """
    );

    private static readonly Sql OtherSessions = new(
        """
        select pid, coalesce(usename, '')::text from pg_stat_activity
        where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
          and coalesce(application_name, '') not like 'freshtrack-%'
        """
    );

    private static readonly Sql Exists = Sql.Format(
        $"select to_regnamespace({Sql.Literal(OwnNames.Freeze.Name)}) is not null"
    );

    /// <summary>How long one statement waits for the sessions that hold a table.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <exception cref="MigrationException">A table could not be frozen; those before it are.</exception>
    public async Task<FreezeResult> ApplyAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        var denied = new List<string>();
        await connection.ExecuteAsync(Install, cancellationToken);
        await FreezePass.InstallAsync(connection, cancellationToken);
        await FreezeTriggers.InstallAsync(connection, cancellationToken);
        var tables = await SourceState.TablesAsync(source, plan, cancellationToken);
        for (var i = 0; i < tables.Count; i++)
        {
            await FreezeAsync(connection, tables[i], frozen: i, denied, cancellationToken);
        }

        foreach (var table in tables)
        {
            denied.AddRange(await WriteRights.RevokeAsync(connection, table, cancellationToken));
        }

        await SetReadOnlyAsync(connection, "set default_transaction_read_only = on", denied, cancellationToken);
        denied.AddRange(await EndSessionsAsync(connection, cancellationToken));
        return new FreezeResult([.. tables.Select(table => table.ToString())], denied);
    }

    /// <summary>Tries to write and looks for writes, over two seconds. Writes nothing itself, unless the service
    /// accepts a user, who is deleted again.</summary>
    /// <param name="users">Supabase Auth, which writes as a role that the mover may not become; null where its address
    /// is not given.</param>
    public async Task<FreezeProof> ProveAsync(SupabaseAuthClient? users, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return await new FreezeProbe(
            connection,
            await SourceState.TablesAsync(source, plan, cancellationToken),
            users,
            time
        ).RunAsync(cancellationToken);
    }

    /// <summary>The proof in a second instead of minutes, once <see cref="ProveAsync"/> has succeeded: every trigger is
    /// there and unchanged, the counters are those of the cutover point, and one write is tried as each role.</summary>
    /// <param name="since">The tables as they were at the cutover point.</param>
    /// <returns>What does not hold, in words; nothing when the source is as it was.</returns>
    public async Task<IReadOnlyList<string>> FindOpenAsync(SourceState since, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return await new FreezeProbe(
            connection,
            await SourceState.TablesAsync(source, plan, cancellationToken),
            users: null,
            time
        ).RepeatAsync(since, cancellationToken);
    }

    /// <summary>The tables as they are now.</summary>
    public async Task<SourceState> StateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return await SourceState.ReadAsync(
            connection,
            await SourceState.TablesAsync(source, plan, cancellationToken),
            cancellationToken
        );
    }

    /// <summary>Lets one session write to the frozen source: the one that is returned. A session that was let through
    /// before is ended.</summary>
    /// <param name="runId">The run that the session works for; it is kept in the source for as long as the pass
    /// holds.</param>
    /// <exception cref="RefusedException">The source is not frozen.</exception>
    /// <exception cref="MigrationException">The freeze is another role's.</exception>
    public async Task<FreezePass> AdmitAsync(string runId, CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(cancellationToken);
        try
        {
            await DemandFrozenAsync(connection, cancellationToken);
            return await ByOwnerAsync(
                connection,
                () => FreezePass.TakeAsync(connection, runId, cancellationToken),
                cancellationToken
            );
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets everybody write to one table who has the right to, while the others stay frozen. Sessions are
    /// ended, because those that began under the freeze are read-only.</summary>
    /// <returns>What this role was not allowed to do, in words.</returns>
    /// <exception cref="RefusedException">The source is not frozen.</exception>
    /// <exception cref="MigrationException">The table could not be released.</exception>
    public Task<IReadOnlyList<string>> ReleaseTableAsync(TableName table, CancellationToken cancellationToken) =>
        SwitchAsync(table, FreezeAnswer.Admit, "reset default_transaction_read_only", cancellationToken);

    /// <summary>Takes back <see cref="ReleaseTableAsync"/>.</summary>
    /// <inheritdoc cref="ReleaseTableAsync"/>
    public Task<IReadOnlyList<string>> FreezeTableAsync(TableName table, CancellationToken cancellationToken) =>
        SwitchAsync(table, FreezeAnswer.Refuse, "set default_transaction_read_only = on", cancellationToken);

    /// <summary>Opens the source for writing again; what was revoked is granted as it was.</summary>
    /// <returns>What this role was not allowed to put back, or other sessions kept it from.</returns>
    /// <exception cref="MigrationException">The freeze is another role's.</exception>
    public async Task<IReadOnlyList<string>> LiftAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        var denied = new List<string>();
        if (!await connection.ScalarAsync<bool>(Exists, cancellationToken))
        {
            return denied;
        }

        // The function is the switch: from here on writes go through, whatever locks the rest has to wait for.
        await ByOwnerAsync(
            connection,
            async () =>
            {
                await FreezeTriggers.OpenAsync(connection, cancellationToken);
                return true;
            },
            cancellationToken
        );
        await SetReadOnlyAsync(connection, "reset default_transaction_read_only", denied, cancellationToken);
        foreach (var grant in await WriteRights.ToGrantAsync(connection, cancellationToken))
        {
            await TryAsync(connection, grant, denied, cancellationToken);
        }

        foreach (var (table, trigger) in await FreezeTriggers.ListAsync(connection, cancellationToken))
        {
            // One table's lock at a time; what is not this role's table loses its trigger with the function below.
            await TryAsync(connection, Sql.Format($"drop trigger {trigger} on {table}"), [], cancellationToken);
        }

        foreach (var answer in Enum.GetValues<FreezeAnswer>())
        {
            await TryAsync(connection, FreezeTriggers.Drop(answer), denied, cancellationToken);
        }

        if (denied.Count == 0)
        {
            await connection.ExecuteAsync(Sql.Format($"drop schema {OwnNames.Freeze} cascade"), cancellationToken);
        }

        return denied;
    }

    private async Task<IReadOnlyList<string>> SwitchAsync(
        TableName table,
        FreezeAnswer answer,
        string readOnly,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await OpenAsync(cancellationToken);
        await DemandFrozenAsync(connection, cancellationToken);
        var denied = new List<string>();
        foreach (var relative in await SourceState.FamilyAsync(connection, [table], cancellationToken))
        {
            try
            {
                await PutAsync(connection, relative, answer, denied, cancellationToken);
            }
            catch (PostgresException error)
            {
                throw new MigrationException(
                    $"{relative} could not be {(answer == FreezeAnswer.Admit ? "released" : "frozen again")}: "
                        + $"{error.MessageText}. End the session that holds it, or use the role that froze it, and "
                        + "run again.",
                    error
                );
            }
        }

        await SetReadOnlyAsync(connection, readOnly, denied, cancellationToken);
        denied.AddRange(await EndSessionsAsync(connection, cancellationToken));
        return denied;
    }

    private static async Task DemandFrozenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!await connection.ScalarAsync<bool>(Exists, cancellationToken))
        {
            throw new RefusedException("The source is not frozen. Freeze it first (--freeze).");
        }
    }

    private static async Task<T> ByOwnerAsync<T>(
        NpgsqlConnection connection,
        Func<Task<T>> change,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await change();
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            var (own, owner) = (
                await connection.ListAsync(
                    Sql.Format(
                        $"select current_user::text, pg_get_userbyid(nspowner)::text from pg_namespace where nspname = "
                            + $"{Sql.Literal(OwnNames.Freeze.Name)}"
                    ),
                    row => (row.GetString(0), row.GetString(1)),
                    cancellationToken
                )
            )[0];
            throw new MigrationException(
                $"The source is still frozen: it was frozen as '{owner}', and '{own}' may not open it "
                    + $"({error.MessageText}). Use a source address of '{owner}' or of a superuser.",
                error
            );
        }
    }

    private static async Task FreezeAsync(
        NpgsqlConnection connection,
        TableName table,
        int frozen,
        List<string> denied,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await PutAsync(connection, table, FreezeAnswer.Refuse, denied, cancellationToken);
        }
        catch (PostgresException error)
        {
            throw new MigrationException(
                $"{table} could not be frozen: {error.MessageText}. {frozen} tables before it are. Grant this role "
                    + "TRIGGER on the table, or end the session that holds it, and freeze again; or open the source "
                    + "with --unfreeze.",
                error
            );
        }
    }

    private static async Task PutAsync(
        NpgsqlConnection connection,
        TableName table,
        FreezeAnswer answer,
        List<string> denied,
        CancellationToken cancellationToken
    )
    {
        // Also against sessions that replay replication; only the owner may say so, and only a superuser or whoever
        // may set session_replication_role has such a session.
        foreach (var trigger in await FreezeTriggers.PutAsync(connection, table, answer, cancellationToken))
        {
            await TryAsync(
                connection,
                Sql.Format($"alter table {table} enable always trigger {trigger}"),
                denied,
                cancellationToken
            );
        }
    }

    // One statement a session: a superuser's, which is not this role's to end, must not keep the others alive.
    private async Task<IEnumerable<string>> EndSessionsAsync(
        NpgsqlConnection connection,
        CancellationToken cancellationToken
    )
    {
        var alive = new List<(string Role, string Why)>();
        foreach (
            var (pid, role) in await connection.ListAsync(
                OtherSessions,
                row => (row.GetInt32(0), row.GetString(1)),
                cancellationToken
            )
        )
        {
            try
            {
                await connection.ExecuteAsync(new Sql("select pg_terminate_backend($1)"), cancellationToken, pid);
            }
            catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                alive.Add((role, error.MessageText));
            }
        }

        // Idle connections of our own pool were among the ended sessions.
        source.Clear();
        return alive
            .GroupBy(session => session)
            .Select(same => $"end {same.Count()} sessions of {same.Key.Role}: {same.Key.Why}");
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await Sessions.OpenAsync(source, Session, cancellationToken);
        await connection.ExecuteAsync(
            Sql.Format(
                $"set default_transaction_read_only = off; set lock_timeout = {(long)LockTimeout.TotalMilliseconds}"
            ),
            cancellationToken
        );
        return connection;
    }

    private static async Task SetReadOnlyAsync(
        NpgsqlConnection connection,
        string setting,
        List<string> denied,
        CancellationToken cancellationToken
    )
    {
        var database = await connection.ScalarAsync<string>(
            new Sql("select current_database()::text"),
            cancellationToken
        );
        await TryAsync(
            connection,
            Sql.Format($"alter database {new Identifier(database!)} {Sql.Expression(setting)}"),
            denied,
            cancellationToken
        );
    }

    private static async Task TryAsync(
        NpgsqlConnection connection,
        Sql sql,
        List<string> denied,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await connection.ExecuteAsync(sql, cancellationToken);
        }
        catch (PostgresException error)
            when (error.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.LockNotAvailable)
        {
            denied.Add($"{sql}: {error.MessageText}");
        }
    }
}
