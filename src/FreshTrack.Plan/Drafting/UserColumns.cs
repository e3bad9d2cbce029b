namespace FreshTrack.Plan.Drafting;

/// <summary>Finds the columns that hold a user id: those that refer to the users, and those that refer to such a
/// column.</summary>
internal static class UserColumns
{
    public static IReadOnlyList<DraftTable> Name(IReadOnlyList<DraftTable> tables, Catalog source)
    {
        var found = InSource(source);
        var users = tables.FirstOrDefault(table => table.Pair.Source.Name == ResolvedPlan.AuthUsers)?.Pair.Target.Name;
        return [.. tables.Select(table => table with { Users = Of(table, found, users) })];
    }

    // What refers to the target's users must be mapped even where the source declares no reference.
    private static List<string> Of(DraftTable table, HashSet<(TableName, string)> found, TableName? users)
    {
        var columns = table
            .Pair.Source.Columns.Where(column => found.Contains((table.Pair.Source.Name, column.Name)))
            .Select(column => table.TargetOf(column.Name))
            .OfType<string>()
            .ToList();
        var references = table
            .Pair.Target.ForeignKeys.Where(key =>
                users is not null && key.References == users && key.Columns.Count == 1
            )
            .Select(key => key.Columns[0]);
        var filled = table.Pair.Source.Columns.Select(column => table.TargetOf(column.Name)).ToHashSet();
        return [.. columns.Union(references.Where(filled.Contains))];
    }

    private static HashSet<(TableName, string)> InSource(Catalog source)
    {
        var found = new HashSet<(TableName, string)>();
        if (source.Tables.GetValueOrDefault(ResolvedPlan.AuthUsers) is { PrimaryKey: [var id] })
        {
            found.Add((ResolvedPlan.AuthUsers, id));
        }

        int before;
        do
        {
            before = found.Count;
            found.UnionWith(
                from table in source.Tables.Values
                from key in table.ForeignKeys
                where
                    key is { References: not null, Columns.Count: 1 }
                    && source.Tables.GetValueOrDefault(key.References.Value) is { PrimaryKey: [var parent] }
                    && found.Contains((key.References.Value, parent))
                    && table.Column(key.Columns[0])?.TransportType == "uuid"
                select (table.Name, key.Columns[0])
            );
        } while (found.Count > before);

        return found;
    }
}
