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
            primary key (relation, grantee, privilege));
        create or replace function {OwnNames.Freeze}.refuse() returns trigger language plpgsql as $$
        begin
            raise exception '%.% is frozen: FreshTrack is moving', tg_table_schema, tg_table_name
                using errcode = 'read_only_sql_transaction';
        end $$;
        """
    );

    private static readonly Sql Release = Sql.Format(
        $"""
        create or replace function {OwnNames.Freeze}.refuse() returns trigger language plpgsql as $$
        begin
            return null;
        end $$;
        """
    );

    // Of a trigger's two parents, table and function, the owner of either may take it away.
    private static readonly Sql Drop = Sql.Format($"drop function if exists {OwnNames.Freeze}.refuse() cascade");

    private static readonly Sql OtherSessions = new(
        """
        select pid, coalesce(usename, '')::text from pg_stat_activity
        where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
          and coalesce(application_name, '') not like 'freshtrack-%'
        """
    );

    private static readonly Sql Triggers = Sql.Format(
        $"""
        select n.nspname, c.relname
        from pg_trigger t
        join pg_class c on c.oid = t.tgrelid
        join pg_namespace n on n.oid = c.relnamespace
        where t.tgname = {Sql.Literal(OwnNames.Freeze.Name)} and t.tgparentid = 0
        """
    );

    /// <summary>How long one statement waits for the sessions that hold a table.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <exception cref="MigrationException">A table could not be frozen; those before it are.</exception>
    public async Task<FreezeResult> ApplyAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        var denied = new List<string>();
        await connection.ExecuteAsync(Install, cancellationToken);
        var tables = await SourceState.TablesAsync(source, plan, cancellationToken);
        for (var i = 0; i < tables.Count; i++)
        {
            await FreezeAsync(connection, tables[i], frozen: i, denied, cancellationToken);
        }

        foreach (var table in tables)
        {
            denied.AddRange(await WriteRights.RevokeAsync(connection, table, cancellationToken));
        }

        await TryAsync(
            connection,
            await ForDatabaseAsync(connection, "set default_transaction_read_only = on", cancellationToken),
            denied,
            cancellationToken
        );
        denied.AddRange(await EndSessionsAsync(connection, cancellationToken));
        // Idle connections of our own pool were among the ended sessions.
        source.Clear();
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

    /// <summary>Opens the source for writing again; what was revoked is granted as it was.</summary>
    /// <returns>What this role was not allowed to put back, or other sessions kept it from.</returns>
    /// <exception cref="MigrationException">The freeze is another role's.</exception>
    public async Task<IReadOnlyList<string>> LiftAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        var denied = new List<string>();
        if (
            !await connection.ScalarAsync<bool>(
                Sql.Format($"select to_regnamespace({Sql.Literal(OwnNames.Freeze.Name)}) is not null"),
                cancellationToken
            )
        )
        {
            return denied;
        }

        // The function is the switch: from here on writes go through, whatever locks the rest has to wait for.
        await ReleaseAsync(connection, cancellationToken);
        await TryAsync(
            connection,
            await ForDatabaseAsync(connection, "reset default_transaction_read_only", cancellationToken),
            denied,
            cancellationToken
        );
        foreach (var grant in await WriteRights.ToGrantAsync(connection, cancellationToken))
        {
            await TryAsync(connection, grant, denied, cancellationToken);
        }

        foreach (
            var table in await connection.ListAsync(
                Triggers,
                row => new TableName(row.GetString(0), row.GetString(1)),
                cancellationToken
            )
        )
        {
            // One table's lock at a time; what is not this role's table loses its trigger with the function below.
            await TryAsync(connection, Sql.Format($"drop trigger {OwnNames.Freeze} on {table}"), [], cancellationToken);
        }

        await TryAsync(connection, Drop, denied, cancellationToken);
        if (denied.Count == 0)
        {
            await connection.ExecuteAsync(Sql.Format($"drop schema {OwnNames.Freeze} cascade"), cancellationToken);
        }

        return denied;
    }

    private static async Task ReleaseAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ExecuteAsync(Release, cancellationToken);
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
                    + $"({error.MessageText}). Use --unfreeze with a source address of '{owner}' or of a superuser.",
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
            await connection.ExecuteAsync(
                Sql.Format(
                    $"create or replace trigger {OwnNames.Freeze} before insert or update or delete or truncate on "
                        + $"{table} for each statement execute function {OwnNames.Freeze}.refuse()"
                ),
                cancellationToken
            );
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

        // Also against sessions that replay replication; only the owner may say so, and only a superuser or whoever
        // may set session_replication_role has such a session.
        await TryAsync(
            connection,
            Sql.Format($"alter table {table} enable always trigger {OwnNames.Freeze}"),
            denied,
            cancellationToken
        );
    }

    // One statement a session: a superuser's, which is not this role's to end, must not keep the others alive.
    private static async Task<IEnumerable<string>> EndSessionsAsync(
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

    private static async Task<Sql> ForDatabaseAsync(
        NpgsqlConnection connection,
        string setting,
        CancellationToken cancellationToken
    )
    {
        var database = await connection.ScalarAsync<string>(
            new Sql("select current_database()::text"),
            cancellationToken
        );
        return Sql.Format($"alter database {new Identifier(database!)} {Sql.Expression(setting)}");
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
