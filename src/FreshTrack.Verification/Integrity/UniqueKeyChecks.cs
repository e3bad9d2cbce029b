using FreshTrack.Plan;

namespace FreshTrack.Verification.Integrity;

/// <summary>
/// Every unique key of a plan's table, re-tested on the data: the target's unique indexes, the plan's own key, and a partitioned table's primary key
/// without the partition columns that PostgreSQL forces into it.
/// </summary>
internal static class UniqueKeyChecks
{
    public static IEnumerable<ICheck> For(TargetCatalog catalog, PlannedTables planned) =>
        from table in planned.All
        let keys = KeysOf(table, catalog)
        where keys.Count > 0
        select Check(table, keys, table.Secret);

    internal static IReadOnlyList<UniqueKey> KeysOf(PlannedTable table, TargetCatalog catalog)
    {
        var declared = catalog.UniqueKeys.Where(key => key.Table == table.Target).ToList();
        var partitioned = catalog.Partitioned.FirstOrDefault(partitioned => partitioned.Table == table.Target);
        var meant = declared
            .Where(key => key.IsPrimary && partitioned is not null)
            .Select(key => key with { Name = $"{key.Name} without partition columns", Columns = [.. key.Columns.Except(partitioned!.Columns, StringComparer.Ordinal)] });
        var own = new UniqueKey("the plan's key", table.Target, table.Key, null, NullsAreEqual: false, IsPrimary: false);
        return [.. declared.Concat(meant).Append(own).Where(key => key.Columns.Count > 0).DistinctBy(key => $"{string.Join('\0', key.Columns)}\0{key.Predicate}")];
    }

    private static TargetCheck Check(PlannedTable table, IReadOnlyList<UniqueKey> keys, IReadOnlySet<string> secret) => new(
        CheckNames.UniqueKeys,
        table.Target.ToString(),
        async (target, cancellationToken) =>
        {
            var (rows, wrong, said) = (0L, 0L, new List<string>());
            foreach (var key in keys)
            {
                var tally = await Tally.AskAsync(target, key.Table, Repeated(key, secret), cancellationToken);
                (rows, wrong) = (tally.Rows, wrong + tally.Wrong);
                said.AddRange(tally.Wrong > 0 ? [$"{key.Name}: {tally.Wrong} values of ({string.Join(", ", key.Columns)}) repeat, as {string.Join("; ", tally.Examples)}."] : []);
            }

            return Outcome.Judge(rows, wrong, wrong == 0 ? $"{keys.Count} keys are unique." : string.Join(' ', said), table.MayBeEmpty);
        });

    private static Sql Repeated(UniqueKey key, IReadOnlySet<string> secret)
    {
        var columns = Sql.Columns(key.Columns);
        var set = key.NullsAreEqual ? new Sql("true") : Sql.Join(" and ", key.Columns.Select(column => Sql.Format($"t.{new Identifier(column)} is not null")));
        var predicate = key.Predicate is { } partial ? Sql.Expression(partial) : new Sql("true");
        return Sql.Format($"select {Tally.NameOf(new Sql("t"), key.Columns, secret)} as name from {key.Table} as t where {set} and ({predicate}) group by {columns} having count(*) > 1");
    }
}
