using FreshTrack.Migration.Importing;
using FreshTrack.Plan;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Rows that no partition of the target would take, those counted in that the import creates.</summary>
internal static class PartitionCheck
{
    // Which rows a hash partition takes cannot be asked elsewhere, but whether the partitions of a parent take all of
    // them can.
    private static readonly Sql Bounds = new(
        """
        select pg_get_partition_constraintdef(c.oid) is null,
               regexp_replace(pg_get_partition_constraintdef(c.oid),
                              'satisfies_hash_partition\(''\d+''::oid, \d+, \d+, [^()]*\)', 'true', 'g')
        from pg_partition_tree($1::regclass) t
        join pg_class c on c.oid = t.relid
        where t.isleaf and t.parentrelid is not null
        order by c.oid
        """
    );

    private static readonly Sql MissingRemainders = new(
        """
        select exists (
            select from pg_partition_tree($1::regclass) t
            join pg_class c on c.oid = t.relid
            cross join lateral substring(pg_get_expr(c.relpartbound, c.oid) from 'modulus (\d+)') modulus
            where modulus is not null
            group by t.parentrelid
            having sum(1 / modulus::numeric) < 0.999999)
        """
    );

    public static async Task<IReadOnlyList<Finding>> FindAsync(Survey survey, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (var table in survey.Tables.Where(table => table.Target.Kind == RelationKind.Partitioned))
        {
            var name = Sql.Format($"{table.Name}").Text;
            if (await survey.Target.ScalarAsync<bool>(MissingRemainders, cancellationToken, name))
            {
                findings.Add(
                    Probe.NotTestable(
                        table.Name.ToString(),
                        "hash partitions",
                        "some remainders have no partition; create them"
                    )
                );
            }

            var bounds = await survey.Target.ListAsync(
                Bounds,
                row => row.GetBoolean(0) ? "true" : row.GetString(1),
                cancellationToken,
                name
            );
            if (!bounds.Contains("true"))
            {
                findings.AddRange(
                    await new ConditionScan(survey.Source, table).RunAsync(
                        [Condition(survey, table, bounds)],
                        cancellationToken
                    )
                );
            }
        }

        return findings;
    }

    private static Condition Condition(Survey survey, MappedTable table, List<string> bounds)
    {
        var taken = bounds
            .Select(bound => Sql.Format($"({Sql.Expression(survey.ForSource(bound) ?? bound)})"))
            .ToList();
        var range = table.Target.RangeColumn;
        if (
            range is not null
            && MappedTable.Projection(table.Entries[0], range) is { } column
            && TargetPartitions.CanSplit(column)
        )
        {
            taken.Add(Sql.Format($"isfinite({new Identifier(range)})"));
        }

        var any = taken.Count == 0 ? new Sql("false") : Sql.Join(" or ", taken);
        return new Condition(
            FindingCodes.PartitionMissing,
            Verdict.Fail,
            range is null ? table.Name.ToString() : $"{table.Name}.{range}",
            "rows that no partition of the target would take; create the partition, or a default one",
            Sql.Format($"({any}) is not true")
        )
        {
            Columns = table.NamedIn([.. bounds, range]),
        };
    }
}
