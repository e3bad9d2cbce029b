using System.Collections.Frozen;
using FreshTrack.Plan;

namespace FreshTrack.Verification.Integrity;

/// <summary>What the plan says of the target's tables, those that it does not name included.</summary>
internal sealed class PlannedTables(ResolvedPlan plan)
{
    private readonly Dictionary<TableName, PlannedTable> tables = PlannedTable
        .AllOf(plan)
        .ToDictionary(table => table.Target);

    public IEnumerable<PlannedTable> All => tables.Values;

    public bool Contains(TableName table) => tables.ContainsKey(table);

    /// <summary>A table that the plan does not fill may well be empty.</summary>
    public bool MayBeEmpty(TableName table) => !tables.TryGetValue(table, out var planned) || planned.MayBeEmpty;

    public IReadOnlyList<string> KeyOf(TableName table) =>
        tables.TryGetValue(table, out var planned) ? planned.Key : [];

    public IReadOnlySet<string> SecretOf(TableName table) =>
        tables.TryGetValue(table, out var planned) ? planned.Secret : FrozenSet<string>.Empty;
}
