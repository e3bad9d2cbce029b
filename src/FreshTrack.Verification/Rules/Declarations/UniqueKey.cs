using System.Data.Common;

namespace FreshTrack.Verification.Rules;

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
        select i.relname::text, n.nspname::text, c.relname::text, pg_get_expr(x.indpred, x.indrelid),
          x.indnullsnotdistinct, x.indisprimary,
               array(select a.attname::text from unnest(x.indkey::int2[]) with ordinality as k(number, ordinal)
                     left join pg_attribute as a on a.attrelid = x.indrelid and a.attnum = k.number and k.number > 0
                     where k.ordinal <= x.indnkeyatts order by k.ordinal),
               array(select pg_get_indexdef(x.indexrelid, k.ordinal, false)
                 from generate_series(1, x.indnkeyatts) as k(ordinal) order by k.ordinal)
        from pg_index as x
        join pg_class as i on i.oid = x.indexrelid join pg_class as c on c.oid = x.indrelid
          join pg_namespace as n on n.oid = c.relnamespace
        where x.indisunique and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema',
          'pg_toast')
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
