namespace FreshTrack.Plan;

/// <summary>Orders the target's tables so that a table comes after those that its foreign keys point at.</summary>
public static class TableOrder
{
    /// <summary>
    /// Parents first, and otherwise in the order given. A cycle is broken at its table that was given first; what is
    /// not part of the cycle never
    /// moves that place.
    /// </summary>
    public static IReadOnlyList<TableName> ParentsFirst(IEnumerable<TableName> tables, Catalog target)
    {
        var waiting = tables.Distinct().ToList();
        var order = new List<TableName>(waiting.Count);
        while (waiting.Count > 0)
        {
            // All that it still waits for waits for it in turn: nothing, or the rest of its cycle.
            var next = waiting.First(table =>
                AncestorsOf(table, waiting, target)
                    .All(ancestor => AncestorsOf(ancestor, waiting, target).Contains(table))
            );
            waiting.Remove(next);
            order.Add(next);
        }

        return order;
    }

    private static HashSet<TableName> AncestorsOf(TableName table, List<TableName> waiting, Catalog target)
    {
        var found = new HashSet<TableName>();
        var open = new Stack<TableName>([table]);
        while (open.TryPop(out var next))
        {
            var keys = target.Tables.GetValueOrDefault(next)?.ForeignKeys ?? [];
            foreach (var parent in keys.Select(key => key.References).OfType<TableName>().Where(waiting.Contains))
            {
                if (found.Add(parent))
                {
                    open.Push(parent);
                }
            }
        }

        return found;
    }
}
