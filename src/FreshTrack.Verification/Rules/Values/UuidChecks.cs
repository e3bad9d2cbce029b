namespace FreshTrack.Verification.Rules;

/// <summary>UUIDs: none is nil, and what the source held as uuid is still one where the target's column is
/// text.</summary>
internal static class UuidChecks
{
    private const string Nil = "00000000-0000-0000-0000-000000000000";

    public static IEnumerable<ICheck> For(ResolvedPlan plan) =>
        from table in plan.Targets
        let rules = table.Columns.SelectMany(Rules).ToList()
        where rules.Count > 0
        select new RuledRows(table.Name, rules, table.Key, table.Secret).ToCheck(
            CheckNames.InvalidUuids,
            "Every UUID is well-formed and not nil.",
            table.MayBeEmpty
        );

    private static IEnumerable<RowRule> Rules(ColumnProjection column)
    {
        var name = new Identifier(column.Target);
        return (column.Type, column.SourceType) switch
        {
            ("uuid", _) => [IsNil(column, Sql.Format($"{name}"))],
            (_, "uuid") =>
            [
                IsNil(column, Sql.Format($"{name}::text")),
                new RowRule(
                    $"{column.Target} is no UUID",
                    Sql.Format($"{name}::text !~ '^[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$'")
                ),
            ],
            _ => [],
        };
    }

    private static RowRule IsNil(ColumnProjection column, Sql value) =>
        new($"{column.Target} is the nil UUID", Sql.Format($"{value} = {Sql.Literal(Nil)}"));
}
