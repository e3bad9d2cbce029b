using FreshTrack.Plan;

namespace FreshTrack.Verification.Integrity;

/// <summary>The default partition is empty: a row in it has no partition of its own. That each other row is in its partition, PostgreSQL enforces.</summary>
internal static class PartitionChecks
{
    public static IEnumerable<ICheck> For(TargetCatalog catalog, PlannedTables planned) => catalog.Partitioned.Where(table => planned.Contains(table.Table)).Select(table => Check(table, planned));

    private static TargetCheck Check(PartitionedTable table, PlannedTables planned) => new(
        CheckNames.Partitions,
        table.Table.ToString(),
        async (target, cancellationToken) =>
        {
            var misplaced = table.Default is { } fallback
                ? Sql.Format($"select {Tally.NameOf(new Sql("t"), table.Columns, planned.SecretOf(table.Table))} as name from {fallback} as t")
                : new Sql("select null::text as name where false");
            var tally = await Tally.AskAsync(target, table.Table, misplaced, cancellationToken);
            return tally.Judge($"rows lie in the default partition {table.Default}", $"All {tally.Rows} rows lie in partitions of their own range.", planned.MayBeEmpty(table.Table));
        });
}
