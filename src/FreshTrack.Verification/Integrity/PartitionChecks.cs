using FreshTrack.Plan;

namespace FreshTrack.Verification.Integrity;

/// <summary>Every row lies within the bounds of its partition (of its month), and none in a default partition, where
/// rows go that have no partition of their own.</summary>
internal static class PartitionChecks
{
    public static IEnumerable<ICheck> For(TargetCatalog catalog, PlannedTables planned) =>
        from table in catalog.Partitioned
        where planned.Contains(table.Table)
        select Check(
            table.Table,
            [
                .. catalog
                    .Partitions.Where(partition => partition.Root == table.Table)
                    .Select(partition => Ruled(partition, table, planned)),
            ],
            planned
        );

    private static RuledRows Ruled(Partition partition, PartitionedTable table, PlannedTables planned)
    {
        var rule = partition.IsDefault
            ? new RowRule("in the default partition", new Sql("true"))
            : new RowRule(
                "outside of the partition's bounds",
                Sql.Format($"({Sql.Expression(partition.Bounds ?? "true")}) is false")
            );
        return new RuledRows(
            partition.Table,
            [rule],
            [.. planned.KeyOf(table.Table).Union(table.Columns)],
            planned.SecretOf(table.Table)
        );
    }

    private static TargetCheck Check(TableName table, List<RuledRows> partitions, PlannedTables planned) =>
        new(
            CheckNames.Partitions,
            table.ToString(),
            async (target, cancellationToken) =>
            {
                var (rows, misplaced, said) = (0L, 0L, new List<string>());
                foreach (var partition in partitions)
                {
                    var (count, broken, reason) = await partition.AskAsync(target, cancellationToken);
                    (rows, misplaced) = (rows + count, misplaced + broken);
                    said.AddRange(broken == 0 ? [] : [reason]);
                }

                return Outcome.Judge(
                    rows,
                    misplaced,
                    misplaced == 0
                        ? $"All {rows} rows lie in one of {partitions.Count} partitions as they must."
                        : string.Join(' ', said),
                    planned.MayBeEmpty(table)
                );
            }
        );
}
