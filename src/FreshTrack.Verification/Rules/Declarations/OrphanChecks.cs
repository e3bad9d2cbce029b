using System.Collections.Frozen;

namespace FreshTrack.Verification.Rules;

/// <summary>Every foreign key of the target, validated or not, held against the data by an anti-join.</summary>
internal static class OrphanChecks
{
    public static IEnumerable<ICheck> For(TargetCatalog catalog, ResolvedPlan plan) =>
        catalog.ForeignKeys.Select(key => Check(key, plan.FindTarget(key.Table)));

    /// <param name="table">Null where the plan does not fill the table: it may well be empty.</param>
    private static TargetCheck Check(ForeignKey key, TargetTable? table) =>
        new(
            CheckNames.Orphans,
            $"{key.Table}.{key.Name}",
            async (target, cancellationToken) =>
            {
                var count = await ViolationCount.AskAsync(
                    target,
                    key.Table,
                    Orphans(key, table?.Secret ?? FrozenSet<string>.Empty),
                    cancellationToken
                );
                return count.Judge(
                    $"rows of {key.Table} ({string.Join(", ", key.Columns)}) reference no row of {key.Parent}",
                    $"Every reference of {count.Rows} rows is met.",
                    table?.MayBeEmpty != false
                );
            }
        );

    private static Sql Orphans(ForeignKey key, IReadOnlySet<string> secret)
    {
        var present = key.Columns.Select(column => Sql.Format($"c.{new Identifier(column)} is not null")).ToList();
        var set = Sql.Join(" and ", present);
        var match = Sql.Join(
            " and ",
            key.Columns.Zip(
                key.ParentColumns,
                (column, parent) => Sql.Format($"p.{new Identifier(parent)} = c.{new Identifier(column)}")
            )
        );
        var name = ViolationCount.NameOf(new Sql("c"), key.PrimaryKey.Union(key.Columns), secret);
        var partly =
            key.MatchFull && key.Columns.Count > 1
                ? Sql.Format($" or (not ({set}) and ({Sql.Join(" or ", present)}))")
                : new Sql("");
        return Sql.Format(
            $"select {name} as name from {key.Table} as c where ({set} and not exists (select from "
                + $"{key.Parent} as p where {match})){partly}"
        );
    }
}
