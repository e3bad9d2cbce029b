namespace FreshTrack.Verification.Rules;

/// <summary>Every row lies within the bounds of its partition (of its month), and none in a default partition, where
/// rows go that have no partition of their own.</summary>
internal static class PartitionChecks
{
    public static IEnumerable<ICheck> For(TargetCatalog catalog, ResolvedPlan plan) =>
        from partitioned in catalog.Partitioned
        let table = plan.FindTarget(partitioned.Table)
        where table is not null
        select Check(
            table,
            [
                .. catalog
                    .Partitions.Where(partition => partition.Root == table.Name)
                    .Select(partition => Ruled(partition, partitioned, table)),
            ]
        );

    private static RuledRows Ruled(Partition partition, PartitionedTable partitioned, TargetTable table)
    {
        var rule = partition.IsDefault
            ? new RowRule("in the default partition", new Sql("true"))
            : new RowRule(
                "outside of the partition's bounds",
                Sql.Format($"({Sql.Expression(partition.Bounds ?? "true")}) is false")
            );
        return new RuledRows(partition.Table, [rule], [.. table.Key.Union(partitioned.Columns)], table.Secret);
    }

    private static TargetCheck Check(TargetTable table, List<RuledRows> partitions) =>
        new(
            CheckNames.Partitions,
            table.Name.ToString(),
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
                    table.MayBeEmpty
                );
            }
        );
}
