namespace FreshTrack.Verification.Rules;

/// <summary>
/// Every unique key of a plan's table, re-tested on the data: the target's unique indexes, the plan's own key, and a
/// partitioned table's primary key
/// without the partition columns that PostgreSQL forces into it.
/// </summary>
internal static class UniqueKeyChecks
{
    public static IEnumerable<ICheck> For(TargetCatalog catalog, ResolvedPlan plan) =>
        from table in plan.Targets
        let keys = KeysOf(table, catalog)
        where keys.Count > 0
        select Check(table, keys, table.Secret);

    internal static IReadOnlyList<UniqueKey> KeysOf(TargetTable table, TargetCatalog catalog)
    {
        var declared = catalog.UniqueKeys.Where(key => key.Table == table.Name).ToList();
        var partitioned = catalog.Partitioned.FirstOrDefault(partitioned => partitioned.Table == table.Name);
        var meant = declared
            .Where(key => key.IsPrimary && partitioned is not null)
            .Select(key =>
                key with
                {
                    Name = $"{key.Name} without partition columns",
                    Parts = [.. key.Parts.ExceptBy(partitioned!.Columns, part => part.Name)],
                }
            );
        var own = new UniqueKey(
            "the plan's key",
            table.Name,
            [.. table.Key.Select(KeyPart.Of)],
            null,
            NullsAreEqual: false,
            IsPrimary: false
        );
        return
        [
            .. declared
                .Concat(meant)
                .Append(own)
                .Where(key => key.Parts.Count > 0)
                .DistinctBy(key => $"{string.Join('\0', key.Parts.Select(part => part.Name))}\0{key.Predicate}"),
        ];
    }

    private static TargetCheck Check(TargetTable table, IReadOnlyList<UniqueKey> keys, IReadOnlySet<string> secret) =>
        new(
            CheckNames.UniqueKeys,
            table.Name.ToString(),
            async (target, cancellationToken) =>
            {
                var (rows, wrong, said) = (0L, 0L, new List<string>());
                foreach (var key in keys)
                {
                    var tally = await ViolationCount.AskAsync(
                        target,
                        key.Table,
                        Repeated(key, secret),
                        cancellationToken
                    );
                    (rows, wrong) = (tally.Rows, wrong + tally.Wrong);
                    said.AddRange(
                        tally.Wrong > 0
                            ?
                            [
                                $"{key.Name}: {tally.Wrong} values of "
                                    + $"({string.Join(", ", key.Parts.Select(part => part.Name))}) repeat, as "
                                    + $"{string.Join("; ", tally.Examples)}.",
                            ]
                            : []
                    );
                }

                return Outcome.Judge(
                    rows,
                    wrong,
                    wrong == 0 ? $"{keys.Count} keys are unique." : string.Join(' ', said),
                    table.MayBeEmpty
                );
            }
        );

    private static Sql Repeated(UniqueKey key, IReadOnlySet<string> secret)
    {
        var set = key.NullsAreEqual
            ? new Sql("true")
            : Sql.Join(" and ", key.Parts.Select(part => Sql.Format($"({part.Value}) is not null")));
        var predicate = key.Predicate is { } partial ? Sql.Expression(partial) : new Sql("true");
        var name = Sql.Join(" || ', ' || ", key.Parts.Select(part => NameOf(part, secret)));
        var groups = Sql.Join(", ", key.Parts.Select(part => Sql.Format($"({part.Value})")));
        return Sql.Format(
            $"select {name} as name from {key.Table} where {set} and ({predicate}) group by {groups} having "
                + $"count(*) > 1"
        );
    }

    /// <summary>What an expression makes of a secret column may tell as much as the column.</summary>
    private static Sql NameOf(KeyPart part, IReadOnlySet<string> secret) =>
        (part.IsColumn ? secret.Contains(part.Name) : secret.Count > 0)
            ? Sql.Literal($"{part.Name}=(secret)")
            : Sql.Format($"{Sql.Literal($"{part.Name}=")} || coalesce(({part.Value})::text, 'null')");
}
