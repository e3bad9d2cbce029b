using FreshTrack.Plan;

namespace FreshTrack.Verification.Integrity;

/// <summary>UUIDs: none is nil, and what the source held as uuid is still one where the target's column is text.</summary>
internal static class UuidChecks
{
    private const string Nil = "00000000-0000-0000-0000-000000000000";

    public static IEnumerable<ICheck> For(PlannedTables planned) =>
        from table in planned.All
        let conditions = table.Columns.Select(Condition).OfType<Sql>().ToList()
        where conditions.Count > 0
        select Check(table, conditions, table.Secret);

    private static Sql? Condition(ColumnProjection column) => (column.Type, column.SourceType) switch
    {
        ("uuid", _) => Sql.Format($"t.{new Identifier(column.Target)} = {Sql.Literal(Nil)}"),
        (_, "uuid") => Sql.Format(
            $"t.{new Identifier(column.Target)}::text = {Sql.Literal(Nil)} or t.{new Identifier(column.Target)}::text !~ '^[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$'"),
        _ => null,
    };

    private static TargetCheck Check(PlannedTable table, List<Sql> conditions, IReadOnlySet<string> secret) => new(
        CheckNames.InvalidUuids,
        table.Target.ToString(),
        async (target, cancellationToken) =>
        {
            var invalid = Sql.Format($"select {Tally.NameOf(new Sql("t"), table.Key, secret)} as name from {table.Target} as t where {Sql.Join(" or ", conditions)}");
            var tally = await Tally.AskAsync(target, table.Target, invalid, cancellationToken);
            return tally.Judge($"rows of {table.Target} hold a UUID that is nil or malformed", $"{conditions.Count} columns hold UUIDs.", table.MayBeEmpty);
        });
}
