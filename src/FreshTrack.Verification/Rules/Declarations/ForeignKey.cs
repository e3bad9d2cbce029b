using System.Data.Common;

namespace FreshTrack.Verification.Rules;

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
        select con.conname::text, cn.nspname::text, c.relname::text, fn.nspname::text, f.relname::text,
          con.confmatchtype = 'f',
               array(select a.attname::text from unnest(con.conkey) with ordinality as k(number, ordinal)
                     join pg_attribute as a on a.attrelid = con.conrelid and a.attnum = k.number order by k.ordinal),
               array(select a.attname::text from unnest(con.confkey) with ordinality as k(number, ordinal)
                     join pg_attribute as a on a.attrelid = con.confrelid and a.attnum = k.number order by k.ordinal),
               array(select a.attname::text from pg_constraint as p,
                 unnest(p.conkey) with ordinality as k(number, ordinal), pg_attribute as a
                     where p.conrelid = con.conrelid and p.contype = 'p' and a.attrelid = con.conrelid
                       and a.attnum = k.number order by k.ordinal)
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
