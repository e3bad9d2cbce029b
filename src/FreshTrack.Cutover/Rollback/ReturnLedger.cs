using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Cutover.Rollback;

/// <summary>What a return keeps in the source while it is under way: rows that are to be deleted, and how many were
/// written. It lies in the schema of the freeze and goes with it.</summary>
/// <param name="runId">The return's; another one's entries are not seen.</param>
internal sealed class ReturnLedger(string runId)
{
    private static readonly Identifier Freeze = new("freshtrack_freeze");
    private static readonly TableName Written = new(Freeze.Name, "return_written");
    private static readonly TableName Deletes = new(Freeze.Name, "return_deletes");
    private static readonly TableName Barred = new(Freeze.Name, "return_barred");

    private static readonly Sql Schema = Sql.Format(
        $"""
        create schema if not exists {Freeze};
        create table if not exists {Written} (
            run_id text, source text, target text, inserted bigint not null, updated bigint not null,
            deleted bigint not null, primary key (run_id, source, target));
        create table if not exists {Deletes} (
            run_id text, id bigint generated always as identity, source text not null, target text not null,
            key text[] not null, primary key (run_id, id));
        create table if not exists {Barred} (run_id text, source_id uuid, primary key (run_id, source_id))
        """
    );

    public static Task EnsureAsync(NpgsqlConnection source, CancellationToken cancellationToken) =>
        source.ExecuteAsync(Schema, cancellationToken);

    /// <summary>Counts rows in the transaction that writes them.</summary>
    public Task CountAsync(
        NpgsqlConnection source,
        ReverseTable table,
        RowCounts rows,
        CancellationToken cancellationToken
    ) =>
        source.ExecuteAsync(
            Sql.Format(
                $"""
                insert into {Written} as w values ($1, $2, $3, $4, $5, $6)
                on conflict (run_id, source, target) do update set inserted = w.inserted + excluded.inserted,
                  updated = w.updated + excluded.updated, deleted = w.deleted + excluded.deleted
                """
            ),
            cancellationToken,
            runId,
            table.Source.ToString(),
            table.Target.ToString(),
            rows.Inserted,
            rows.Updated,
            rows.Deleted
        );

    /// <summary>What all processes of this return have written so far.</summary>
    public async Task<ILookup<(string Source, string Target), RowCounts>> WrittenAsync(
        NpgsqlConnection source,
        CancellationToken cancellationToken
    ) =>
        (
            await source.ListAsync(
                Sql.Format($"select source, target, inserted, updated, deleted from {Written} where run_id = $1"),
                row =>
                    (
                        Table: (row.GetString(0), row.GetString(1)),
                        Rows: new RowCounts(row.GetInt64(2), row.GetInt64(3), row.GetInt64(4))
                    ),
                cancellationToken,
                runId
            )
        ).ToLookup(item => item.Table, item => item.Rows);

    /// <summary>Forgets the rows that were to be deleted, before they are listed again.</summary>
    public Task ForgetDeletesAsync(NpgsqlConnection source, CancellationToken cancellationToken) =>
        source.ExecuteAsync(Sql.Format($"delete from {Deletes} where run_id = $1"), cancellationToken, runId);

    /// <param name="keys">A row's key as a PostgreSQL array.</param>
    public Task AddDeletesAsync(
        NpgsqlConnection source,
        ReverseTable table,
        IReadOnlyList<string> keys,
        CancellationToken cancellationToken
    ) =>
        source.ExecuteAsync(
            Sql.Format(
                $"insert into {Deletes} (run_id, source, target, key) select $1, $2, $3, k::text[] from unnest($4) k"
            ),
            cancellationToken,
            runId,
            table.Source.ToString(),
            table.Target.ToString(),
            keys.ToArray()
        );

    /// <returns>The next rows to delete, by id and key.</returns>
    public Task<List<(long Id, string?[] Key)>> NextDeletesAsync(
        NpgsqlConnection source,
        ReverseTable table,
        int limit,
        CancellationToken cancellationToken
    ) =>
        source.ListAsync(
            Sql.Format(
                $"select id, key from {Deletes} where run_id = $1 and source = $2 and target = $3 order by id limit $4"
            ),
            row => (row.GetInt64(0), row.GetFieldValue<string?[]>(1)),
            cancellationToken,
            runId,
            table.Source.ToString(),
            table.Target.ToString(),
            limit
        );

    public Task RemoveDeletesAsync(
        NpgsqlConnection source,
        IEnumerable<long> ids,
        CancellationToken cancellationToken
    ) =>
        source.ExecuteAsync(
            Sql.Format($"delete from {Deletes} where run_id = $1 and id = any($2)"),
            cancellationToken,
            runId,
            ids.ToArray()
        );

    public Task AddBarredAsync(NpgsqlConnection source, Guid user, CancellationToken cancellationToken) =>
        source.ExecuteAsync(
            Sql.Format($"insert into {Barred} values ($1, $2) on conflict do nothing"),
            cancellationToken,
            runId,
            user
        );

    /// <summary>Users who were deleted on the new side, and barred on the old one.</summary>
    public async Task<IReadOnlySet<Guid>> BarredAsync(NpgsqlConnection source, CancellationToken cancellationToken) =>
        (
            await source.ListAsync(
                Sql.Format($"select source_id from {Barred} where run_id = $1"),
                row => row.GetGuid(0),
                cancellationToken,
                runId
            )
        ).ToHashSet();
}
