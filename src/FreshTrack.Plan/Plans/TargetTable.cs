namespace FreshTrack.Plan;

/// <summary>A table of the target with every entry that fills it, resolved: it is compared as a whole.</summary>
public sealed record TargetTable(TargetPlan Plan, IReadOnlyList<TableProjection> Entries)
{
    public TableName Name => Plan.Name;

    public bool MayBeEmpty => Plan.MayBeEmpty;

    public IReadOnlyList<string> CountBy => Plan.CountBy;

    public IReadOnlyList<TableProjection> Entries { get; } = Entries;

    /// <summary>The columns that any entry fills. The expressions are those of the first entry that fills
    /// it.</summary>
    public IReadOnlyList<ColumnProjection> Columns { get; } =
    [.. Entries.SelectMany(entry => entry.Columns).DistinctBy(column => column.Target)];

    /// <summary>Target columns that identify a row; empty when the table has no key. A plan whose entries disagree on
    /// it is refused.</summary>
    public IReadOnlyList<string> Key => Entries[0].Key;

    /// <summary>Columns whose values are never shown.</summary>
    public IReadOnlySet<string> Secret { get; } =
        Entries
            .SelectMany(entry => entry.Columns)
            .Where(column => column.IsSecret)
            .Select(column => column.Target)
            .ToHashSet();

    /// <summary>In the order in which the tables are first named.</summary>
    internal static IReadOnlyList<TargetTable> AllOf(IReadOnlyList<TableProjection> tables) =>
        [
            .. TargetPlan
                .AllOf(tables.Select(table => table.Plan))
                .Select(plan => new TargetTable(plan, [.. tables.Where(table => table.Target == plan.Name)])),
        ];
}
