namespace FreshTrack.Plan;

/// <summary>A table of the target and every entry of the plan file that fills it: what can be said of it without a
/// catalog.</summary>
public sealed record TargetPlan(TableName Name, IReadOnlyList<TablePlan> Entries)
{
    public bool MayBeEmpty => Entries.All(entry => entry.MayBeEmpty);

    /// <summary>Target expressions by which rows are counted besides the total.</summary>
    public IReadOnlyList<string> CountBy => [.. Entries.SelectMany(entry => entry.CountBy).Distinct()];

    /// <summary>Columns that any entry marks secret.</summary>
    public IReadOnlyList<string> Secret => [.. Entries.SelectMany(entry => entry.Secret).Distinct()];

    public ChainPlan? Chain => Entries.Select(entry => entry.Chain).FirstOrDefault(chain => chain is not null);

    /// <summary>In the order in which the tables are first named.</summary>
    internal static IReadOnlyList<TargetPlan> AllOf(IEnumerable<TablePlan> tables) =>
        [.. tables.GroupBy(table => table.Target).Select(entries => new TargetPlan(entries.Key, [.. entries]))];
}
