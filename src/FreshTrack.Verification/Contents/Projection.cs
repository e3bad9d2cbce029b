using FreshTrack.Plan;

namespace FreshTrack.Verification.Contents;

/// <summary>A table as the plan sees it, on one side: a subquery with the target's column names.</summary>
internal static class Projection
{
    private static readonly TableName UserMap = new("migration", "user_map");

    /// <summary>The source's rows through the plan's expressions, as they are: never cast to the target's type, which could round.</summary>
    public static Sql OfSource(TableProjection table) =>
        Sql.Format($"select {Sql.Join(", ", table.Columns.Select(SourceColumn))} from {table.Source} where {SourceFilter(table)}");

    /// <summary>The target's rows, user ids mapped back; an id that the map lacks becomes a text that no source id equals.</summary>
    public static Sql OfTarget(TableProjection table)
    {
        var users = table.Columns.Where(column => column.IsUser).ToList();
        var joins = users.Select((column, index) => Sql.Format(
            $" left join {UserMap} as {Alias(index)} on {Alias(index)}.target_id::text = t.{new Identifier(column.Target)}::text"));
        return Sql.Format($"select {Sql.Join(", ", table.Columns.Select(column => TargetColumn(column, users)))} from {table.Target} as t{Sql.Join("", joins)}");
    }

    /// <summary>The line break ends a comment that the plan's expression may end with.</summary>
    public static Sql SourceFilter(TableProjection table) =>
        table.Plan.Where is { } filter ? Sql.Format($"({Sql.Expression(filter)}\n)") : new Sql("true");

    private static Sql SourceColumn(ColumnProjection column) => column.IsUser
        ? Sql.Format($"lower(({column.Expression}\n)::text) as {new Identifier(column.Target)}")
        : Sql.Format($"({column.Expression}\n) as {new Identifier(column.Target)}");

    private static Sql TargetColumn(ColumnProjection column, List<ColumnProjection> users)
    {
        var name = new Identifier(column.Target);
        return column.IsUser
            ? Sql.Format($"coalesce({Alias(users.IndexOf(column))}.source_id::text, 'unmapped ' || t.{name}::text) as {name}")
            : Sql.Format($"t.{name}");
    }

    private static Sql Alias(int index) => Sql.Format($"user_{index}");
}
