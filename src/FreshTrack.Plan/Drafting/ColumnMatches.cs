namespace FreshTrack.Plan.Drafting;

/// <summary>Guesses which columns of a pair of tables were renamed: same type, and a similar name or the same
/// place.</summary>
internal static class ColumnMatches
{
    private const double SimilarEnough = 0.4;

    public static IReadOnlyList<Rename> Guess(TablePair pair)
    {
        var candidates = (
            from source in pair.Source.Columns
            where pair.Target.Column(source.Name) is null
            from target in pair.Target.Columns
            where
                pair.Source.Column(target.Name) is null
                && !target.IsGenerated
                && TypeShape.Of(source.Type).Name == TypeShape.Of(target.Type).Name
            let similarity = Similarity.OfNames(source.Name, target.Name)
            let samePlace = IsSamePlace(pair, source, target)
            where similarity >= SimilarEnough || samePlace
            orderby similarity + (samePlace ? 0.3 : 0) descending, source.Name, target.Name
            select (Source: source.Name, Target: target.Name, Why: Why(similarity, samePlace))
        ).ToList();
        var renames = new List<Rename>();
        foreach (var candidate in candidates)
        {
            if (!renames.Exists(rename => rename.Source == candidate.Source || rename.Target == candidate.Target))
            {
                var others = candidates
                    .Where(other => other.Target == candidate.Target && other.Source != candidate.Source)
                    .Select(other => other.Source)
                    .ToList();
                renames.Add(
                    new Rename(
                        candidate.Source,
                        candidate.Target,
                        candidate.Why + (others.Count == 0 ? "" : $"; or is it {string.Join(" or ", others)}?")
                    )
                );
            }
        }

        return [.. renames.OrderBy(rename => IndexOf(pair.Target, rename.Target))];
    }

    private static string Why(double similarity, bool samePlace) =>
        (similarity >= SimilarEnough, samePlace) switch
        {
            (true, true) => "same type, similar name, same place",
            (true, false) => "same type, similar name",
            _ => "same type, same place",
        };

    /// <summary>At the same position, or behind the column of the same name.</summary>
    private static bool IsSamePlace(TablePair pair, CatalogColumn source, CatalogColumn target)
    {
        var (from, to) = (IndexOf(pair.Source, source.Name), IndexOf(pair.Target, target.Name));
        return from == to
            || (from > 0 && to > 0 && pair.Source.Columns[from - 1].Name == pair.Target.Columns[to - 1].Name);
    }

    private static int IndexOf(CatalogTable table, string column) =>
        table.Columns.Select(item => item.Name).ToList().IndexOf(column);
}
