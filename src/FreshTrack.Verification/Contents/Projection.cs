namespace FreshTrack.Verification.Contents;

/// <summary>A table as the plan sees it, on one side: a subquery with the target's column names.</summary>
internal static class Projection
{
    private static readonly TableName UserMap = new("migration", "user_map");

    /// <summary>The rows of all entries. Fails where one entry's column is of a type that another's cannot be united
    /// with.</summary>
    public static Sql OfSource(TargetTable table) =>
        Sql.Join(" union all ", table.Entries.Select(entry => OfSource(entry, table.Columns)));

    /// <summary>One entry's rows through the plan's expressions, as they are: never cast to the target's type, which
    /// could round.</summary>
    public static Sql OfSource(TableProjection entry, IReadOnlyList<ColumnProjection> columns) =>
        Sql.Format(
            $"select {Sql.Join(", ", columns.Select(column => SourceColumn(entry, column)))} from "
                + $"{entry.Source} where {SourceFilter(entry)}"
        );

    /// <summary>The target's rows, user ids mapped back; an id that the map lacks becomes a text that no source id
    /// equals.</summary>
    public static Sql OfTarget(TargetTable table)
    {
        var users = table.Columns.Where(column => column.IsUser).ToList();
        var joins = users.Select(
            (column, index) =>
                Sql.Format(
                    $" left join {UserMap} as {Alias(index)} on {Alias(index)}.target_id::text = "
                        + $"t.{new Identifier(column.Target)}::text"
                )
        );
        return Sql.Format(
            $"select {Sql.Join(", ", table.Columns.Select(column => TargetColumn(column, users)))} from "
                + $"{table.Name} as t{Sql.Join("", joins)}"
        );
    }

    /// <summary>The line break ends a comment that the plan's expression may end with.</summary>
    public static Sql SourceFilter(TableProjection entry) =>
        entry.Plan.Where is { } filter ? Sql.Format($"({Sql.Expression(filter)}\n)") : new Sql("true");

    /// <summary>What an entry leaves to the target is NULL there; a column with a default <see cref="ComparedTable"/>
    /// refuses.</summary>
    private static Sql SourceColumn(TableProjection entry, ColumnProjection planned)
    {
        var name = new Identifier(planned.Target);
        return entry.Columns.FirstOrDefault(column => column.Target == planned.Target) switch
        {
            null => Sql.Format($"null::{Sql.Expression(planned.IsUser ? "text" : planned.TransportType)} as {name}"),
            { IsUser: true } column => Sql.Format($"lower(({column.Expression}\n)::text) as {name}"),
            var column => Sql.Format($"({column.Expression}\n) as {name}"),
        };
    }

    private static Sql TargetColumn(ColumnProjection column, List<ColumnProjection> users)
    {
        var name = new Identifier(column.Target);
        return column.IsUser
            ? Sql.Format(
                $"coalesce({Alias(users.IndexOf(column))}.source_id::text, 'unmapped ' || t.{name}::text) as {name}"
            )
            : Sql.Format($"t.{name}");
    }

    private static Sql Alias(int index) => Sql.Format($"user_{index}");
}
