using System.Data.Common;

namespace FreshTrack.Verification.Rules;

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
