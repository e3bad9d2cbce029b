using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Cutover.Rollback;

/// <summary>Moves the source's sequences past the numbers that the new side gave out.</summary>
internal static class ReturnSequences
{
    // A sequence is a column's that owns it, or whose default takes from it.
    private static readonly Sql Used = new(
        """
        select distinct n.nspname, c.relname, a.attname, sn.nspname, sc.relname, s.seqincrement > 0
        from pg_sequence s
        join pg_class sc on sc.oid = s.seqrelid
        join pg_namespace sn on sn.oid = sc.relnamespace
        join lateral (
            select d.refobjid as relation, d.refobjsubid as number from pg_depend d
            where d.classid = 'pg_class'::regclass and d.objid = sc.oid and d.refclassid = 'pg_class'::regclass
              and d.deptype in ('a', 'i') and d.refobjsubid > 0
            union
            select f.adrelid, f.adnum from pg_depend d join pg_attrdef f on f.oid = d.objid
            where d.classid = 'pg_attrdef'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = sc.oid
        ) u on true
        join pg_class c on c.oid = u.relation and not c.relispartition
        join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attnum = u.number
          and a.atttypid = any('{int2,int4,int8,numeric}'::regtype[])
        order by 1, 2, 3, 4, 5
        """
    );

    /// <returns>How many were moved.</returns>
    public static async Task<int> SetAsync(
        IReadOnlyList<ReverseTable> tables,
        NpgsqlConnection source,
        NpgsqlConnection target,
        CancellationToken cancellationToken
    )
    {
        var moved = 0;
        foreach (
            var (table, column, sequence, ascends) in await source.ListAsync(
                Used,
                row =>
                    (
                        Table: new TableName(row.GetString(0), row.GetString(1)),
                        Column: row.GetString(2),
                        Sequence: new TableName(row.GetString(3), row.GetString(4)),
                        Ascends: row.GetBoolean(5)
                    ),
                cancellationToken
            )
        )
        {
            if (tables.FirstOrDefault(item => item.Source == table) is not { } reverse)
            {
                continue;
            }

            var given = await GivenOutAsync(reverse, column, target, cancellationToken);
            moved += await MoveAsync(source, table, column, sequence, ascends, given, cancellationToken);
        }

        return moved;
    }

    private static async Task<int> MoveAsync(
        NpgsqlConnection source,
        TableName table,
        string column,
        TableName sequence,
        bool ascends,
        long? given,
        CancellationToken cancellationToken
    )
    {
        var (furthest, last, ahead) = ascends
            ? (new Sql("greatest"), new Sql("max"), new Sql(">"))
            : (new Sql("least"), new Sql("min"), new Sql("<"));
        var set = await source.ListAsync(
            Sql.Format(
                $"""
                select setval({Sql.Literal(Sql.Format($"{sequence}").Text)}::regclass, wanted.value)
                from (select {furthest}({last}({new Identifier(
                    column
                )})::bigint, $1::bigint) as value from {table}) as wanted,
                  {sequence} as now
                where wanted.value {ahead} now.last_value or (wanted.value = now.last_value and not now.is_called)
                """
            ),
            row => row.GetInt64(0),
            cancellationToken,
            given ?? (object)DBNull.Value
        );
        return set.Count;
    }

    /// <summary>The last number that the target's own sequence gave out; null where it has none.</summary>
    private static async Task<long?> GivenOutAsync(
        ReverseTable table,
        string column,
        NpgsqlConnection target,
        CancellationToken cancellationToken
    )
    {
        if (
            table.Columns.FirstOrDefault(item => item.Name == column) is not { } reversed
            || table.TargetTable.Columns.FirstOrDefault(item => reversed.Expression.Text == Sql.Quote(item.Name))
                is not { } held
        )
        {
            return null;
        }

        var sequence = await target.ScalarAsync<string>(
            new Sql("select pg_get_serial_sequence($1, $2)"),
            cancellationToken,
            Sql.Format($"{table.Target}").Text,
            held.Name
        );
        return sequence is null ? null
            : await target.ScalarAsync<long>(
                Sql.Format($"select last_value from {Sql.Expression(sequence)} where is_called"),
                cancellationToken
            )
                is > 0
                    and var value
                ? value
            : null;
    }
}
