namespace FreshTrack.Plan.Drafting;

/// <summary>Finds the target table of each source table: by name, by what refers to it, by its columns.</summary>
internal sealed class TableMatches
{
    private readonly List<TablePair> pairs = [];
    private readonly List<CatalogTable> sources;
    private readonly List<CatalogTable> targets;

    private TableMatches(Catalog source, Catalog target)
    {
        sources =
        [
            .. source
                .Tables.Values.Where(table => table.Kind != RelationKind.View && table.PartitionOf is null)
                .OrderBy(table => table.Name),
        ];
        targets =
        [
            .. target
                .Tables.Values.Where(table =>
                    table.Kind is RelationKind.Table or RelationKind.Partitioned && table.PartitionOf is null
                )
                .OrderBy(table => table.Name),
        ];
    }

    /// <returns>Each table at most once, and the target's tables that were not found.</returns>
    public static (IReadOnlyList<TablePair> Pairs, IReadOnlyList<CatalogTable> Unfilled) Find(
        Catalog source,
        Catalog target
    )
    {
        var matches = new TableMatches(source, target);
        matches.Match((from, to) => from.Name == to.Name ? 1 : 0, null);
        matches.Match((from, to) => from.Name.Name == to.Name.Name ? 1 : 0, "it has the same name in another schema");
        matches.MatchReferences();
        matches.Match(Likeness, "its name or its columns are similar");
        matches.MatchReferences();
        return (matches.pairs, matches.targets);
    }

    private void MatchReferences() => Match(References, "the same columns refer to it");

    /// <summary>Pairs what is most alike first; 0 is no match.</summary>
    private void Match(Func<CatalogTable, CatalogTable, double> likeness, string? guess)
    {
        var found =
            from source in sources
            from target in targets
            let alike = likeness(source, target)
            where alike > 0
            orderby alike descending, source.Name, target.Name
            select (source, target);
        foreach (var (source, target) in found.ToList())
        {
            if (sources.Contains(source) && targets.Contains(target))
            {
                sources.Remove(source);
                targets.Remove(target);
                pairs.Add(new TablePair(source, target, guess));
            }
        }
    }

    /// <summary>How many columns of paired tables refer to the one in the source and to the other in the
    /// target.</summary>
    private double References(CatalogTable source, CatalogTable target) =>
        pairs.Sum(pair =>
            pair.Source.ForeignKeys.Count(key =>
                key.References == source.Name
                && pair.Target.ForeignKeys.Any(other =>
                    other.References == target.Name && other.Columns.SequenceEqual(key.Columns)
                )
            )
        );

    // Every second table has an id, a name and a time: a few columns in common mean nothing without a name.
    private static double Likeness(CatalogTable source, CatalogTable target)
    {
        var columns = Similarity.Of(Columns(source), Columns(target));
        var names = Similarity.OfNames(source.Name.Name, target.Name.Name);
        return (columns >= 0.75 && source.Columns.Count > 4) || (columns >= 0.3 && names >= 0.5) ? columns + names : 0;
    }

    private static HashSet<string> Columns(CatalogTable table) =>
        [.. table.Columns.Select(column => $"{column.Name} {TypeShape.Of(column.Type).Name}")];
}
