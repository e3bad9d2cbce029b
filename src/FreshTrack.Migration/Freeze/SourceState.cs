using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Freezing;

/// <summary>One table as the server's statistics and catalog see it: equal twice means that nothing was written
/// between.</summary>
/// <param name="IsFrozen">Whether a trigger of the freeze stands on it and raises.</param>
public sealed record TableState(string Table, long Inserted, long Updated, long Deleted, long FileNode, bool IsFrozen);

/// <summary>What the tables of a move look like from outside. A frozen source keeps it, so that an export may go on in
/// another snapshot.</summary>
/// <param name="StatsReset">When the server's counters were last set to zero, as text; equal counters prove nothing
/// across a reset.</param>
public sealed record SourceState(string StatsReset, IReadOnlyList<TableState> Tables)
{
    private static readonly Sql States = Sql.Format(
        $"""
        select c.oid::regclass::text,
               coalesce(s.n_tup_ins, 0), coalesce(s.n_tup_upd, 0), coalesce(s.n_tup_del, 0), c.relfilenode::bigint,
               {FreezeTriggers.IsFrozen}
        from pg_class c left join pg_stat_all_tables s on s.relid = c.oid
        where c.oid = any(select unnest($1)::regclass::oid)
        order by 1
        """
    );

    // The first column discards what an open transaction has seen of the counters.
    private static readonly Sql Reset = new(
        "select pg_stat_clear_snapshot(), coalesce(stats_reset::text, 'never') from pg_stat_database where "
            + "datname = current_database()"
    );

    /// <summary>Tables that take writes.</summary>
    public IEnumerable<string> Open => Tables.Where(table => !table.IsFrozen).Select(table => table.Table);

    // A view's rows are those of the tables behind it, through however many views.
    private static readonly Sql Behind = new(
        """
        with recursive reads as (
            select unnest($1)::regclass::oid as oid
            union
            select d.refobjid
            from reads r
            join pg_rewrite w on w.ev_class = r.oid
            join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
                and d.refclassid = 'pg_class'::regclass and d.refobjid <> r.oid
        )
        select n.nspname, c.relname
        from reads
        join pg_class c using (oid)
        join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p')
        """
    );

    // Rows are also written through what a table inherits from and by what inherits from it, partitions among them.
    private static readonly Sql Family = new(
        """
        with recursive below as (
            select unnest($1)::regclass::oid as oid
            union
            select i.inhrelid from below b join pg_inherits i on i.inhparent = b.oid
        ), above as (
            select oid from below
            union
            select i.inhparent from above a join pg_inherits i on i.inhrelid = a.oid
        )
        select n.nspname, c.relname
        from above
        join pg_class c using (oid)
        join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p')
        """
    );

    /// <summary>The tables of the plan, those behind its views and Supabase's users, with the parents and children
    /// through which their rows could be written.</summary>
    internal static async Task<List<TableName>> TablesAsync(
        NpgsqlDataSource source,
        MigrationPlan plan,
        CancellationToken cancellationToken
    )
    {
        var catalog = await Catalog.ReadAsync(source, cancellationToken);
        var sources = plan.Tables.Select(table => table.Source).Append(ResolvedPlan.AuthUsers).Distinct().ToList();
        var views = sources.Where(name =>
            catalog.Tables.TryGetValue(name, out var table) && table.Kind == RelationKind.View
        );
        await using var connection = await Sessions.OpenAsync(source, "freshtrack-guard", cancellationToken);
        sources.AddRange(
            await connection.ListAsync(
                Behind,
                row => new TableName(row.GetString(0), row.GetString(1)),
                cancellationToken,
                [views.Select(name => Sql.Format($"{name}").Text).ToArray()]
            )
        );
        var tables = sources.Where(name =>
            catalog.Tables.TryGetValue(name, out var table)
            && table.Kind is RelationKind.Table or RelationKind.Partitioned
        );
        return await FamilyAsync(connection, tables, cancellationToken);
    }

    /// <summary>Tables with the parents and children through which their rows could be written, in order.</summary>
    internal static async Task<List<TableName>> FamilyAsync(
        NpgsqlConnection source,
        IEnumerable<TableName> tables,
        CancellationToken cancellationToken
    ) =>
        [
            .. (
                await source.ListAsync(
                    Family,
                    row => new TableName(row.GetString(0), row.GetString(1)),
                    cancellationToken,
                    [tables.Select(name => Sql.Format($"{name}").Text).ToArray()]
                )
            ).Order(),
        ];

    internal static async Task<SourceState> ReadAsync(
        NpgsqlConnection source,
        IEnumerable<TableName> tables,
        CancellationToken cancellationToken
    )
    {
        var names = tables.Select(table => Sql.Format($"{table}").Text).ToArray();
        var reset = await source.ListAsync(Reset, row => row.GetString(1), cancellationToken);
        var states = await source.ListAsync(
            States,
            row => new TableState(
                row.GetString(0),
                row.GetInt64(1),
                row.GetInt64(2),
                row.GetInt64(3),
                row.GetInt64(4),
                row.GetBoolean(5)
            ),
            cancellationToken,
            [names]
        );
        return new SourceState(reset[0], states);
    }

    /// <summary>What is no longer as it was, in words; nothing when nothing was written.</summary>
    public IEnumerable<string> ChangesSince(SourceState earlier)
    {
        if (StatsReset != earlier.StatsReset)
        {
            yield return $"the server's counters were reset ({earlier.StatsReset} became {StatsReset})";
        }

        var before = earlier.Tables.ToDictionary(table => table.Table);
        foreach (var table in Tables)
        {
            if (!before.Remove(table.Table, out var was))
            {
                yield return $"{table.Table} is new";
            }
            else if (was with { IsFrozen = table.IsFrozen } != table)
            {
                yield return $"{table.Table} was written to ({Counters(was)} became {Counters(table)})";
            }
        }

        foreach (var gone in before.Keys)
        {
            yield return $"{gone} is gone";
        }
    }

    private static string Counters(TableState table) =>
        $"{table.Inserted} inserted, {table.Updated} updated, {table.Deleted} deleted, file {table.FileNode}";
}
