using FreshTrack.Plan;

namespace FreshTrack.Verification.Integrity;

/// <summary>What the plan says of the target's tables, those that it does not name included.</summary>
internal sealed class PlannedTables(ResolvedPlan plan)
{
    private readonly ILookup<TableName, TableProjection> tables = plan.Tables.ToLookup(table => table.Target);

    public IReadOnlyList<TableProjection> All => plan.Tables;

    public bool Contains(TableName table) => tables.Contains(table);

    /// <summary>A table that the plan does not fill may well be empty.</summary>
    public bool MayBeEmpty(TableName table) => tables[table].All(planned => planned.Plan.MayBeEmpty);

    public IReadOnlySet<string> SecretOf(TableName table) =>
        tables[table].SelectMany(planned => planned.Columns).Where(column => column.IsSecret).Select(column => column.Target).ToHashSet(StringComparer.Ordinal);
}
