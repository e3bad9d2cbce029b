namespace FreshTrack.Plan;

/// <summary>Several entries may fill one target table, as long as they agree on what its rows are.</summary>
internal static class SharedTargets
{
    public static IEnumerable<Finding> Disagreements(IEnumerable<TargetTable> tables, Catalog target)
    {
        foreach (var table in tables.Where(table => table.Entries.Count > 1))
        {
            var entries = table.Entries;
            foreach (var doubled in entries.GroupBy(entry => entry.Source).Where(group => group.Count() > 1))
            {
                yield return new Finding(
                    FindingCodes.MappedTwice,
                    Verdict.Fail,
                    doubled.Key.ToString(),
                    $"lines {Lines(doubled)} of the plan both move it into {table.Name}; make one entry of "
                        + "them, with one 'where' and expressions that tell its rows apart"
                );
            }

            if (entries.Select(entry => string.Join(", ", entry.Key)).Distinct().Count() > 1)
            {
                yield return Disagree(
                    table.Name.ToString(),
                    $"is filled by lines {Lines(entries)} of the plan, which do not know its rows by the "
                        + "same key; give each the same 'key'"
                );
            }

            foreach (var column in target.Tables[table.Name].Columns)
            {
                if (Disagreement(column, entries) is { } message)
                {
                    yield return Disagree($"{table.Name}.{column.Name}", message);
                }
            }
        }
    }

    private static string? Disagreement(CatalogColumn column, IReadOnlyList<TableProjection> entries)
    {
        var filling = entries.Where(table => table.Columns.Any(item => item.Target == column.Name)).ToList();
        var mapping = filling
            .Where(table => table.Columns.Any(item => item.Target == column.Name && item.IsUser))
            .ToList();
        if (mapping.Count > 0 && mapping.Count < filling.Count)
        {
            return $"goes through the user map by line {Lines(mapping)} of the plan, but not by line "
                + $"{Lines(filling.Except(mapping))}; name it under 'users' in each, or in none";
        }

        // The target would give out numbers that the other entry's rows bring along.
        return column.IsNumbered && filling.Count > 0 && filling.Count < entries.Count
            ? $"is filled by line {Lines(filling)} of the plan and numbered by the target for line "
                + $"{Lines(entries.Except(filling))}: the numbers would meet; fill it in each, or in none"
            : null;
    }

    private static string Lines(IEnumerable<TableProjection> tables) =>
        string.Join(" and ", tables.Select(table => table.Plan.Line));

    private static Finding Disagree(string subject, string message) =>
        new(FindingCodes.EntriesDisagree, Verdict.Fail, subject, message);
}
