using FreshTrack.Plan;

namespace FreshTrack.Verification;

/// <summary>A table of the target with every entry of the plan that fills it:
/// what is compared is the whole table.</summary>
internal sealed record PlannedTable(TableName Target, IReadOnlyList<TableProjection> Entries)
{
    /// <summary>What any entry fills. The expressions are the first entry's.</summary>
    public IReadOnlyList<ColumnProjection> Columns { get; } =
    [.. Entries.SelectMany(entry => entry.Columns).DistinctBy(column => column.Target)];

    public IReadOnlyList<string> Key => Entries[0].Key;

    public bool MayBeEmpty => Entries.All(entry => entry.Plan.MayBeEmpty);

    public IReadOnlyList<string> CountBy { get; } = [.. Entries.SelectMany(entry => entry.Plan.CountBy).Distinct()];

    public IReadOnlySet<string> Secret { get; } =
        Entries
            .SelectMany(entry => entry.Columns)
            .Where(column => column.IsSecret)
            .Select(column => column.Target)
            .ToHashSet();

    public static IReadOnlyList<PlannedTable> AllOf(ResolvedPlan plan) =>
        [.. plan.Tables.GroupBy(entry => entry.Target).Select(entries => new PlannedTable(entries.Key, [.. entries]))];
}
