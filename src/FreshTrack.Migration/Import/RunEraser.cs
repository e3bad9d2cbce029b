using FreshTrack.Migration.Parts;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Importing;

/// <param name="Tables">Tables that held rows.</param>
public sealed record ErasedRows(long Rows, int Tables);

/// <summary>Takes out of target and object store what one run has put in: rows, partitions, its part of the user map,
/// parts. Keys and indexes come back with it. Users in Stack Auth stay: they are found again by their Supabase
/// id.</summary>
public sealed class RunEraser(NpgsqlDataSource target, ObjectStore store, TimeProvider time)
{
    private static readonly Sql Referring = new(
        """
        with recursive own as (select unnest($1)::regclass::oid as oid), reached as (
            select oid from own
            union
            select k.conrelid
            from pg_constraint k
            join reached r on r.oid = k.confrelid
            where k.contype = 'f' and k.conparentid = 0
        )
        select n.nspname, c.relname
        from reached r
        join pg_class c on c.oid = r.oid
        join pg_namespace n on n.oid = c.relnamespace
        where r.oid not in (select oid from own) order by 1, 2
        """
    );

    // Foreign keys that are off while rows come in say nothing of who refers to whom; what has to be put back does.
    private static readonly Sql Deferred = Sql.Format(
        $"""
        select distinct n.nspname, c.relname
        from {OwnNames.Dropped} d
        join pg_class c on c.oid = to_regclass(d.target_table)
        join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and not c.relispartition
        order by 1, 2
        """
    );

    private static readonly Sql Existing = new(
        """
        select n.nspname, c.relname
        from unnest($1) as named(name)
        join pg_class c on c.oid = to_regclass(named.name)
        join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p')
        order by 1, 2
        """
    );

    /// <summary>Takes out what the run wrote to the target, and its parts.</summary>
    /// <exception cref="RefusedException">A table holds rows that the run did not write; nothing was
    /// cleared.</exception>
    public async Task RunAsync(string runId, CancellationToken cancellationToken)
    {
        await EraseAsync(runId, shared: null, cancellationToken);
        await foreach (var key in store.ListAsync(Manifest.FolderOf(runId), cancellationToken))
        {
            await store.DeleteAsync(key, cancellationToken);
        }
    }

    /// <summary>Empties the tables of a run that is over, whoever wrote their rows, and those of another schema that
    /// refer to them. Parts stay, and so does what other runs added to the user map.</summary>
    /// <param name="shared">What users and the API may have written to since.</param>
    /// <exception cref="RefusedException">A table that is neither named nor of the schema refers to these and holds
    /// rows; nothing was cleared.</exception>
    public Task<ErasedRows> EmptyAsync(string runId, SharedTables shared, CancellationToken cancellationToken) =>
        EraseAsync(runId, shared, cancellationToken);

    private async Task<ErasedRows> EraseAsync(string runId, SharedTables? shared, CancellationToken cancellationToken)
    {
        await using var held = await RunLock.AcquireAsync(target, RunLock.Import, runId, time, cancellationToken);
        return await held.HoldAsync(stop => EraseAsync(runId, shared, held.Session, stop), cancellationToken);
    }

    /// <summary>Rows first, then keys and indexes, which the new partitions have too, then the partitions: each step
    /// may be repeated.</summary>
    private async Task<ErasedRows> EraseAsync(
        string runId,
        SharedTables? shared,
        string session,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await Sessions.OpenAsync(target, session, cancellationToken);
        await Ledger.EnsureAsync(connection, cancellationToken);
        var erased = await TruncateAsync(connection, runId, shared, cancellationToken);
        // On empty tables this takes no time.
        await new DroppedObjects(target, session, time).RecreateAsync(workers: 1, progress: null, cancellationToken);
        await DropPartitionsAsync(connection, runId, cancellationToken);
        return erased;
    }

    private static async Task<ErasedRows> TruncateAsync(
        NpgsqlConnection connection,
        string runId,
        SharedTables? shared,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var written = await connection.ListAsync(
            Sql.Format(
                $"select target_table, sum(rows)::bigint from {OwnNames.Ledger} where run_id = $1 group by 1 order by 1"
            ),
            row => (Table: TableName.Parse(row.GetString(0)), Rows: row.GetInt64(1)),
            cancellationToken,
            runId
        );
        var own = written.ToDictionary(item => item.Table, item => item.Rows);
        var named = await TablesAsync(connection, Existing, shared?.Tables ?? [], cancellationToken);
        var deferred = await connection.ListAsync(Deferred, Name, cancellationToken);
        HashSet<TableName> tables = [.. own.Keys, .. named, .. deferred];
        // TRUNCATE takes no table without those that refer to it. They may come along as long as they are empty.
        tables.UnionWith(await TablesAsync(connection, Referring, tables, cancellationToken));
        var (rows, filled) = (0L, 0);
        foreach (var table in tables.Order())
        {
            await connection.ExecuteAsync(
                Sql.Format($"lock table {table} in access exclusive mode"),
                cancellationToken
            );
            var there = await connection.ScalarAsync<long>(
                Sql.Format($"select count(*) from {table}"),
                cancellationToken
            );
            var isShared =
                shared is not null
                && (own.ContainsKey(table) || named.Contains(table) || table.Schema == shared.Schema);
            if (!isShared && there != own.GetValueOrDefault(table))
            {
                throw new RefusedException(
                    $"{table} holds {there} rows, of which run '{runId}' wrote {own.GetValueOrDefault(table)}: the "
                        + "others would be lost. Nothing was cleared; see who wrote them, and empty the table by hand."
                );
            }

            rows += there;
            filled += there > 0 ? 1 : 0;
        }

        if (tables.Count > 0)
        {
            await connection.ExecuteAsync(
                Sql.Format(
                    $"truncate {Sql.Join(", ", tables.Select(table => Sql.Format($"{table}")))} restart identity"
                ),
                cancellationToken
            );
        }

        foreach (var kept in new[] { OwnNames.Ledger, OwnNames.UserMap })
        {
            await connection.ExecuteAsync(
                Sql.Format($"delete from {kept} where run_id = $1"),
                cancellationToken,
                runId
            );
        }

        await transaction.CommitAsync(cancellationToken);
        return new ErasedRows(rows, filled);
    }

    private static Task<List<TableName>> TablesAsync(
        NpgsqlConnection connection,
        Sql query,
        IEnumerable<TableName> tables,
        CancellationToken cancellationToken
    ) =>
        connection.ListAsync(
            query,
            Name,
            cancellationToken,
            [tables.Select(table => Sql.Format($"{table}").Text).ToArray()]
        );

    private static TableName Name(NpgsqlDataReader row) => new(row.GetString(0), row.GetString(1));

    private static async Task DropPartitionsAsync(
        NpgsqlConnection connection,
        string runId,
        CancellationToken cancellationToken
    )
    {
        var partitions = await connection.ListAsync(
            Sql.Format($"select schema_name, name from {OwnNames.Created} where run_id = $1"),
            Name,
            cancellationToken,
            runId
        );
        foreach (var partition in partitions)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            if (
                await connection.ScalarAsync<bool>(
                    new Sql("select to_regclass($1) is not null"),
                    cancellationToken,
                    Sql.Format($"{partition}").Text
                )
            )
            {
                // Somebody may have written since the rows were cleared: then it is theirs.
                await connection.ExecuteAsync(
                    Sql.Format($"lock table {partition} in access exclusive mode"),
                    cancellationToken
                );
                if (
                    !await connection.ScalarAsync<bool>(
                        Sql.Format($"select exists (select from {partition})"),
                        cancellationToken
                    )
                )
                {
                    await connection.ExecuteAsync(Sql.Format($"drop table {partition}"), cancellationToken);
                }
            }

            await connection.ExecuteAsync(
                Sql.Format($"delete from {OwnNames.Created} where run_id = $1 and schema_name = $2 and name = $3"),
                cancellationToken,
                runId,
                partition.Schema,
                partition.Name
            );
            await transaction.CommitAsync(cancellationToken);
        }
    }
}
