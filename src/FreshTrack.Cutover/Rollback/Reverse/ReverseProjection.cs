using FreshTrack.Plan;

namespace FreshTrack.Cutover.Rollback;

/// <summary>Reads a plan's entries backwards: renames turned round, expressions by the plan's <c>reverse</c>, user ids
/// through the user map. Pure: the same plan and catalogs give the same projection.</summary>
public static class ReverseProjection
{
    /// <returns>The entries, parents first by the source's foreign keys.</returns>
    public static IReadOnlyList<ReverseTable> Of(ResolvedPlan plan, Catalog source, Catalog target)
    {
        var order = TableOrder
            .ParentsFirst(plan.Tables.Select(table => table.Source), source)
            .Index()
            .ToDictionary(item => item.Item, item => item.Index);
        return
        [
            .. plan
                .Tables.OrderBy(table => order[table.Source])
                .Select(entry =>
                    Of(
                        entry,
                        source.Tables[entry.Source],
                        target.Tables[entry.Target],
                        isShared: plan.FindTarget(entry.Target)!.Entries.Count > 1
                    )
                ),
        ];
    }

    private static ReverseTable Of(TableProjection entry, CatalogTable source, CatalogTable target, bool isShared)
    {
        var columns = new List<ReverseColumn>();
        var kept = new List<CatalogColumn>();
        var unreversed = new List<string>();
        foreach (var column in source.Columns.Where(column => !column.IsGenerated))
        {
            if (Reversed(entry, column) is { } reversed)
            {
                columns.Add(reversed);
                continue;
            }

            kept.Add(column);
            if (!entry.Plan.Leave.Contains(column.Name))
            {
                unreversed.Add(column.Name);
            }
        }

        var table = new ReverseTable(entry, source, target)
        {
            Columns = columns,
            Kept = kept,
            Unreversed = unreversed,
            Key = KeyOf(entry, source, target, columns),
        };
        return table with { Obstacle = ObstacleOf(table, isShared) };
    }

    private static ReverseColumn? Reversed(TableProjection entry, CatalogColumn column)
    {
        if (entry.Plan.Reverse.TryGetValue(column.Name, out var expression))
        {
            // A user's id that the plan names plainly is mapped like the column that it comes from.
            var named = entry.Columns.FirstOrDefault(item =>
                expression.Trim() == item.Target || expression.Trim() == Sql.Quote(item.Target)
            );
            return named is null
                ? new ReverseColumn(column, Sql.Expression(expression), IsUser: false)
                : Plain(column, named);
        }

        return Holder(entry, column.Name) is { } holder ? Plain(column, holder) : null;
    }

    private static ReverseColumn Plain(CatalogColumn column, ColumnProjection holder) =>
        new(column, Sql.Format($"{new Identifier(holder.Target)}"), holder.IsUser);

    /// <summary>The target column that takes this source column as it is.</summary>
    private static ColumnProjection? Holder(TableProjection entry, string column) =>
        entry.Columns.FirstOrDefault(item => item.SourceType is not null && item.Expression.Text == Sql.Quote(column));

    private static List<ReverseKey> KeyOf(
        TableProjection entry,
        CatalogTable source,
        CatalogTable target,
        List<ReverseColumn> columns
    )
    {
        var key = new List<ReverseKey>();
        foreach (var name in entry.Key)
        {
            var from = source.Columns.FirstOrDefault(column =>
                Holder(entry, column.Name)?.Target == name && columns.Exists(item => item.Name == column.Name)
            );
            if (from is null || target.Column(name) is not { } to)
            {
                return [];
            }

            key.Add(
                new ReverseKey(
                    from,
                    to,
                    entry.Columns.First(column => column.Target == name).IsUser,
                    Lowers: to.TransportType == "uuid" && from.TransportType != "uuid"
                )
            );
        }

        return key;
    }

    private static string? ObstacleOf(ReverseTable table, bool isShared) =>
        table.SourceTable.Kind is not (RelationKind.Table or RelationKind.Partitioned)
            ? "the source is a view or a foreign table, into which no row is written"
        : isShared ? "several entries of the plan fill it, and nothing tells from which one a row of the target came"
        : table.Entry.Key.Count == 0 ? "it has no key by which a row could be found; name columns under 'key'"
        : table.Key.Count == 0
            ? "a column of its key comes from an expression, so that no row can be found by it in the source"
        : null;
}
