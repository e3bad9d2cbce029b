using System.Data.Common;

namespace FreshTrack.Verification.Rules;

/// <param name="Columns">Partition columns; expressions are left out.</param>
internal sealed record PartitionedTable(TableName Table, IReadOnlyList<string> Columns)
{
    public static readonly Sql Query = new(
        """
        select n.nspname::text, c.relname::text,
               array(select a.attname::text from unnest(p.partattrs::int2[]) with ordinality as k(number, ordinal)
                     join pg_attribute as a on a.attrelid = p.partrelid and a.attnum = k.number order by k.ordinal)
        from pg_partitioned_table as p
        join pg_class as c on c.oid = p.partrelid join pg_namespace as n on n.oid = c.relnamespace
        order by 1, 2
        """
    );

    public static PartitionedTable Read(DbDataReader row) =>
        new(new TableName(row.GetString(0), row.GetString(1)), row.GetFieldValue<string[]>(2));
}

/// <summary>A partition that holds rows, at whatever depth below <paramref name="Root"/>.</summary>
/// <param name="Bounds">True of every row that belongs there, ancestors' bounds included; null where any does.</param>
internal sealed record Partition(TableName Root, TableName Table, bool IsDefault, string? Bounds)
{
    public static readonly Sql Query = new(
        """
        select rn.nspname::text, r.relname::text, n.nspname::text, c.relname::text,
          pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT', pg_get_partition_constraintdef(c.oid)
        from pg_partitioned_table as p
        join pg_class as r on r.oid = p.partrelid and not r.relispartition
          join pg_namespace as rn on rn.oid = r.relnamespace
        cross join lateral pg_partition_tree(r.oid) as tree
        join pg_class as c on c.oid = tree.relid join pg_namespace as n on n.oid = c.relnamespace
        where tree.isleaf and c.relispartition
        order by 1, 2, 3, 4
        """
    );

    public static Partition Read(DbDataReader row) =>
        new(
            new TableName(row.GetString(0), row.GetString(1)),
            new TableName(row.GetString(2), row.GetString(3)),
            row.GetBoolean(4),
            row.IsDBNull(5) ? null : row.GetString(5)
        );
}
