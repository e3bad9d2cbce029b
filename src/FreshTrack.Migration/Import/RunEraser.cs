using FreshTrack.Migration.Parts;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Importing;

/// <summary>Takes out of target and object store what one run has put in: rows, partitions, its part of the user map,
/// parts. Keys and indexes come back first. Users in Stack Auth stay: they are found again by their Supabase
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

    /// <exception cref="RefusedException">A table holds rows that the run did not write; nothing was
    /// cleared.</exception>
    public async Task RunAsync(string runId, CancellationToken cancellationToken)
    {
        await using var held = await RunLock.AcquireAsync(target, RunLock.Import, runId, time, cancellationToken);
        await held.HoldAsync(stop => EraseAsync(runId, held.Session, stop), cancellationToken);
        await foreach (var key in store.ListAsync(Manifest.FolderOf(runId), cancellationToken))
        {
            await store.DeleteAsync(key, cancellationToken);
        }
    }

    /// <summary>Rows first, then keys and indexes, which the new partitions have too, then the partitions: each step
    /// may be repeated.</summary>
    private async Task<bool> EraseAsync(string runId, string session, CancellationToken cancellationToken)
    {
        await using var connection = await Sessions.OpenAsync(target, session, cancellationToken);
        await Ledger.EnsureAsync(connection, cancellationToken);
        await TruncateAsync(connection, runId, cancellationToken);
        // On empty tables this takes no time.
        await new DroppedObjects(target, session, time).RecreateAsync(workers: 1, progress: null, cancellationToken);
        await DropPartitionsAsync(connection, runId, cancellationToken);
        await connection.ExecuteAsync(
            Sql.Format($"delete from {OwnNames.UserMap} where run_id = $1"),
            cancellationToken,
            runId
        );
        return true;
    }

    private static async Task TruncateAsync(
        NpgsqlConnection connection,
        string runId,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var tables = await connection.ListAsync(
            Sql.Format(
                $"select target_table, sum(rows)::bigint from {OwnNames.Ledger} where run_id = $1 group by 1 order by 1"
            ),
            row => (Table: TableName.Parse(row.GetString(0)), Rows: row.GetInt64(1)),
            cancellationToken,
            runId
        );
        // TRUNCATE takes no table without those that refer to it. They may come along as long as they are empty.
        tables.AddRange(
            await connection.ListAsync(
                Referring,
                row => (Table: new TableName(row.GetString(0), row.GetString(1)), Rows: 0L),
                cancellationToken,
                [tables.Select(item => Sql.Format($"{item.Table}").Text).ToArray()]
            )
        );
        foreach (var (table, rows) in tables)
        {
            await RefuseOthersAsync(connection, runId, table, rows, cancellationToken);
        }

        if (tables.Count > 0)
        {
            await connection.ExecuteAsync(
                Sql.Format(
                    $"truncate {Sql.Join(", ", tables.Select(item => Sql.Format($"{item.Table}")))} restart identity"
                ),
                cancellationToken
            );
        }

        await connection.ExecuteAsync(
            Sql.Format($"delete from {OwnNames.Ledger} where run_id = $1"),
            cancellationToken,
            runId
        );
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task RefuseOthersAsync(
        NpgsqlConnection connection,
        string runId,
        TableName table,
        long rows,
        CancellationToken cancellationToken
    )
    {
        await connection.ExecuteAsync(Sql.Format($"lock table {table} in access exclusive mode"), cancellationToken);
        var there = await connection.ScalarAsync<long>(Sql.Format($"select count(*) from {table}"), cancellationToken);
        if (there != rows)
        {
            throw new RefusedException(
                $"{table} holds {there} rows, of which run '{runId}' wrote {rows}: the others would be "
                    + "lost. Nothing was cleared; see who wrote them, and empty the table by hand."
            );
        }
    }

    private static async Task DropPartitionsAsync(
        NpgsqlConnection connection,
        string runId,
        CancellationToken cancellationToken
    )
    {
        var partitions = await connection.ListAsync(
            Sql.Format($"select schema_name, name from {OwnNames.Created} where run_id = $1"),
            row => new TableName(row.GetString(0), row.GetString(1)),
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
