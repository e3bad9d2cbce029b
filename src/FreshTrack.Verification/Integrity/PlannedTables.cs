using FreshTrack.Plan;

namespace FreshTrack.Verification.Integrity;

/// <summary>What the plan says of the target's tables, those that it does not name included.</summary>
internal sealed class PlannedTables(ResolvedPlan plan)
{
    private static readonly HashSet<string> NoColumns = [];

    private readonly Dictionary<TableName, TableProjection> tables = plan.Tables.GroupBy(table => table.Target).ToDictionary(group => group.Key, group => group.First());

    public IReadOnlyList<TableProjection> All => plan.Tables;

    public bool Contains(TableName table) => tables.ContainsKey(table);

    /// <summary>A table that the plan does not fill may well be empty.</summary>
    public bool MayBeEmpty(TableName table) => !tables.TryGetValue(table, out var planned) || planned.Plan.MayBeEmpty;

    public IReadOnlySet<string> SecretOf(TableName table) => tables.TryGetValue(table, out var planned)
        ? planned.Columns.Where(column => column.IsSecret).Select(column => column.Target).ToHashSet(StringComparer.Ordinal)
        : NoColumns;
}
