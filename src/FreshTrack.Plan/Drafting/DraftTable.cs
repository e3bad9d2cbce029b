namespace FreshTrack.Plan.Drafting;

/// <param name="Guess">Why these two are taken for the same table; null when their names are equal.</param>
internal sealed record TablePair(CatalogTable Source, CatalogTable Target, string? Guess);

/// <param name="Why">What speaks for it, and what else could be meant.</param>
internal sealed record Rename(string Source, string Target, string Why);

/// <summary>One entry of the drafted plan.</summary>
internal sealed record DraftTable(TablePair Pair, IReadOnlyList<Rename> Renames)
{
    /// <summary>Target columns.</summary>
    public IReadOnlyList<string> Users { get; init; } = [];

    public TablePlan Plan =>
        new(Pair.Source.Name, Pair.Target.Name)
        {
            Columns = Renames.ToDictionary(rename => rename.Target, rename => rename.Source),
            Users = Users,
            Key = Key,
        };

    /// <summary>The source's primary key in the target's names, where the target's is another; empty where it need not
    /// be named.</summary>
    public IReadOnlyList<string> Key
    {
        get
        {
            var key = Pair.Source.PrimaryKey.Select(TargetOf).OfType<string>().ToList();
            var isWhole = key.Count > 0 && key.Count == Pair.Source.PrimaryKey.Count;
            return isWhole && !key.ToHashSet().SetEquals(Pair.Target.PrimaryKey) ? key : [];
        }
    }

    /// <summary>The target column that takes a source column; null for none.</summary>
    public string? TargetOf(string source) =>
        Renames.FirstOrDefault(rename => rename.Source == source)?.Target
        ?? (Pair.Target.Column(source) is { IsGenerated: false } ? source : null);
}
