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
            relation text, grantee text, privilege text, grantable boolean,
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

    private static readonly Sql Grants = new(
        """
        select format('revoke %s on %s from %s', a.privilege_type, c.oid::regclass, g.name),
               c.oid::regclass::text, g.name, a.privilege_type, a.is_grantable
        from pg_class c
        cross join lateral aclexplode(c.relacl) a
        left join pg_roles r on r.oid = a.grantee
        cross join lateral (select case a.grantee when 0 then 'public' else quote_ident(r.rolname) end as name) g
        where c.oid = $1::regclass and a.grantee <> c.relowner
          and a.privilege_type in ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')
        order by 1
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

    /// <exception cref="MigrationException">A table could not be frozen.</exception>
    public async Task<FreezeResult> ApplyAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        var denied = new List<string>();
        await connection.ExecuteAsync(Install, cancellationToken);
        var tables = await SourceState.TablesAsync(source, plan, cancellationToken);
        foreach (var table in tables)
        {
            await FreezeAsync(connection, table, denied, cancellationToken);
        }

        foreach (var table in tables)
        {
            await RevokeAsync(connection, table, denied, cancellationToken);
        }

        await TryAsync(
            connection,
            await ForDatabaseAsync(connection, "set default_transaction_read_only = on", cancellationToken),
            denied,
            cancellationToken
        );
        await TryAsync(
            connection,
            new Sql(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() "
                    + "and backend_type = 'client backend' and pid <> pg_backend_pid() and application_name "
                    + "not like 'freshtrack-%'"
            ),
            denied,
            cancellationToken
        );
        // Idle connections of our own pool were among the ended sessions.
        source.Clear();
        return new FreezeResult([.. tables.Select(table => table.ToString())], denied);
    }

    /// <summary>Tries to write and looks for writes, over two seconds. Writes nothing itself.</summary>
    public async Task<FreezeProof> ProveAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return await new FreezeProbe(
            connection,
            await SourceState.TablesAsync(source, plan, cancellationToken),
            time
        ).RunAsync(cancellationToken);
    }

    /// <summary>Opens the source for writing again; what was revoked is granted as it was.</summary>
    /// <returns>What this role was not allowed to remove; it has no effect any more.</returns>
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

        // The function is the switch: from here on writes go through, even where a trigger cannot be dropped.
        await connection.ExecuteAsync(Release, cancellationToken);
        await TryAsync(
            connection,
            await ForDatabaseAsync(connection, "reset default_transaction_read_only", cancellationToken),
            denied,
            cancellationToken
        );
        foreach (
            var grant in await connection.ListAsync(
                Sql.Format(
                    $"select format('grant %s on %s to %s%s', privilege, relation, grantee, case when "
                        + $"grantable then ' with grant option' else '' end) from {OwnNames.Revoked}"
                ),
                row => Sql.Expression(row.GetString(0)),
                cancellationToken
            )
        )
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
            await TryAsync(
                connection,
                Sql.Format($"drop trigger {OwnNames.Freeze} on {table}"),
                denied,
                cancellationToken
            );
        }

        if (denied.Count == 0)
        {
            await connection.ExecuteAsync(Sql.Format($"drop schema {OwnNames.Freeze} cascade"), cancellationToken);
        }

        return denied;
    }

    private static async Task FreezeAsync(
        NpgsqlConnection connection,
        TableName table,
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
                $"{table} could not be frozen: {error.MessageText} Grant this role TRIGGER on the table, or "
                    + "end the session that holds it, and freeze again.",
                error
            );
        }

        // Also against sessions that replay replication; only the owner may say so.
        await TryAsync(
            connection,
            Sql.Format($"alter table {table} enable always trigger {OwnNames.Freeze}"),
            denied,
            cancellationToken
        );
    }

    private static async Task RevokeAsync(
        NpgsqlConnection connection,
        TableName table,
        List<string> denied,
        CancellationToken cancellationToken
    )
    {
        var grants = await connection.ListAsync(
            Grants,
            row =>
                (
                    Revoke: Sql.Expression(row.GetString(0)),
                    Values: new object[] { row.GetString(1), row.GetString(2), row.GetString(3), row.GetBoolean(4) }
                ),
            cancellationToken,
            Sql.Format($"{table}").Text
        );
        foreach (var (revoke, values) in grants)
        {
            await connection.ExecuteAsync(
                Sql.Format($"insert into {OwnNames.Revoked} values ($1, $2, $3, $4) on conflict do nothing"),
                cancellationToken,
                values
            );
            await TryAsync(connection, revoke, denied, cancellationToken);
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await Sessions.OpenAsync(source, Session, cancellationToken);
        await connection.ExecuteAsync(
            new Sql("set default_transaction_read_only = off; set lock_timeout = '30s'"),
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
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            denied.Add($"{sql}: {error.MessageText}");
        }
    }
}
