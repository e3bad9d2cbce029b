using System.Data.Common;
using FreshTrack.Plan;

namespace FreshTrack.Verification.Integrity;

/// <param name="MatchFull">MATCH FULL: a key that is null in part only is broken too.</param>
/// <param name="PrimaryKey">Of the referencing table, to name its rows; empty when it has none.</param>
internal sealed record ForeignKey(
    string Name,
    TableName Table,
    IReadOnlyList<string> Columns,
    TableName Parent,
    IReadOnlyList<string> ParentColumns,
    bool MatchFull,
    IReadOnlyList<string> PrimaryKey
)
{
    public static readonly Sql Query = new(
        """
        select con.conname::text, cn.nspname::text, c.relname::text, fn.nspname::text, f.relname::text, con.confmatchtype = 'f',
               array(select a.attname::text from unnest(con.conkey) with ordinality as k(number, ordinal)
                     join pg_attribute as a on a.attrelid = con.conrelid and a.attnum = k.number order by k.ordinal),
               array(select a.attname::text from unnest(con.confkey) with ordinality as k(number, ordinal)
                     join pg_attribute as a on a.attrelid = con.confrelid and a.attnum = k.number order by k.ordinal),
               array(select a.attname::text from pg_constraint as p, unnest(p.conkey) with ordinality as k(number, ordinal), pg_attribute as a
                     where p.conrelid = con.conrelid and p.contype = 'p' and a.attrelid = con.conrelid and a.attnum = k.number order by k.ordinal)
        from pg_constraint as con
        join pg_class as c on c.oid = con.conrelid join pg_namespace as cn on cn.oid = c.relnamespace
        join pg_class as f on f.oid = con.confrelid join pg_namespace as fn on fn.oid = f.relnamespace
        where con.contype = 'f' and con.conparentid = 0
        order by 2, 3, 1
        """
    );

    public static ForeignKey Read(DbDataReader row) =>
        new(
            row.GetString(0),
            new TableName(row.GetString(1), row.GetString(2)),
            row.GetFieldValue<string[]>(6),
            new TableName(row.GetString(3), row.GetString(4)),
            row.GetFieldValue<string[]>(7),
            row.GetBoolean(5),
            row.GetFieldValue<string[]>(8)
        );
}

/// <param name="Name">The column, or the text of the expression.</param>
/// <param name="Value">Over the table's columns, not qualified.</param>
internal sealed record KeyPart(string Name, Sql Value, bool IsColumn)
{
    public static KeyPart Of(string column) => new(column, Sql.Format($"{new Identifier(column)}"), IsColumn: true);
}

/// <summary>A unique index.</summary>
/// <param name="Predicate">Of a partial index.</param>
internal sealed record UniqueKey(
    string Name,
    TableName Table,
    IReadOnlyList<KeyPart> Parts,
    string? Predicate,
    bool NullsAreEqual,
    bool IsPrimary
)
{
    public static readonly Sql Query = new(
        """
        select i.relname::text, n.nspname::text, c.relname::text, pg_get_expr(x.indpred, x.indrelid), x.indnullsnotdistinct, x.indisprimary,
               array(select a.attname::text from unnest(x.indkey::int2[]) with ordinality as k(number, ordinal)
                     left join pg_attribute as a on a.attrelid = x.indrelid and a.attnum = k.number and k.number > 0
                     where k.ordinal <= x.indnkeyatts order by k.ordinal),
               array(select pg_get_indexdef(x.indexrelid, k.ordinal, false) from generate_series(1, x.indnkeyatts) as k(ordinal) order by k.ordinal)
        from pg_index as x
        join pg_class as i on i.oid = x.indexrelid join pg_class as c on c.oid = x.indrelid join pg_namespace as n on n.oid = c.relnamespace
        where x.indisunique and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
        order by 2, 3, 1
        """
    );

    public static UniqueKey Read(DbDataReader row) =>
        new(
            row.GetString(0),
            new TableName(row.GetString(1), row.GetString(2)),
            [
                .. row.GetFieldValue<string?[]>(6)
                    .Zip(
                        row.GetFieldValue<string[]>(7),
                        (column, value) => new KeyPart(column ?? value, Sql.Expression(value), column is not null)
                    ),
            ],
            row.IsDBNull(3) ? null : row.GetString(3),
            row.GetBoolean(4),
            row.GetBoolean(5)
        );
}

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
        select rn.nspname::text, r.relname::text, n.nspname::text, c.relname::text, pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT', pg_get_partition_constraintdef(c.oid)
        from pg_partitioned_table as p
        join pg_class as r on r.oid = p.partrelid and not r.relispartition join pg_namespace as rn on rn.oid = r.relnamespace
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

/// <summary>A sequence that fills a column: it belongs to it (serial, identity) or stands in its default.</summary>
/// <param name="End">The last value that it can give.</param>
internal sealed record ColumnSequence(
    TableName Sequence,
    TableName Table,
    string Column,
    long Increment,
    long End,
    bool Cycles
)
{
    public static readonly Sql Query = new(
        """
        select sn.nspname::text, s.relname::text, n.nspname::text, c.relname::text, a.attname::text,
               q.seqincrement, case when q.seqincrement > 0 then q.seqmax else q.seqmin end, q.seqcycle
        from (select objid as sequence, refobjid as relation, refobjsubid as number from pg_depend
              where classid = 'pg_class'::regclass and refclassid = 'pg_class'::regclass and deptype in ('a', 'i')
              union
              select d.refobjid, f.adrelid, f.adnum from pg_depend as d join pg_attrdef as f on f.oid = d.objid
              where d.classid = 'pg_attrdef'::regclass and d.refclassid = 'pg_class'::regclass) as used
        join pg_sequence as q on q.seqrelid = used.sequence
        join pg_class as s on s.oid = q.seqrelid join pg_namespace as sn on sn.oid = s.relnamespace
        join pg_class as c on c.oid = used.relation join pg_namespace as n on n.oid = c.relnamespace
        join pg_attribute as a on a.attrelid = c.oid and a.attnum = used.number
        order by 1, 2, 3, 4, 5
        """
    );

    public static ColumnSequence Read(DbDataReader row) =>
        new(
            new TableName(row.GetString(0), row.GetString(1)),
            new TableName(row.GetString(2), row.GetString(3)),
            row.GetString(4),
            row.GetInt64(5),
            row.GetInt64(6),
            row.GetBoolean(7)
        );
}
