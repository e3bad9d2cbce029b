using FreshTrack.Plan;

namespace FreshTrack.Migration.Preflighting;

/// <param name="Hit">A condition over the source row that is true for the rows that would not arrive as they are.</param>
internal sealed record RowCheck(string Code, string Column, string Message, Sql Hit);

/// <summary>Derives, from a column's types, the conditions under which its rows would not arrive as they are.</summary>
internal static class RowChecks
{
    public static IEnumerable<RowCheck> Of(TableProjection table, ColumnProjection column)
    {
        var value = Sql.Format($"({column.Expression})");
        if (column.MayMissValue)
        {
            yield return new RowCheck("null-not-allowed", column.Target, "NULL, where the target takes none", Sql.Format($"{value} is null"));
        }

        if (column.Labels is { } labels)
        {
            var known = Sql.Join(", ", labels.Select(Sql.Literal));
            yield return new RowCheck("enum-label-missing", column.Target, $"labels that the target's {column.Type} lacks", Sql.Format($"{value}::text not in ({known})"));
        }
        else if ((column.Narrowing is not null || column.SourceType is null) && Lossy(column, value) is { } lossy)
        {
            yield return new RowCheck("value-does-not-fit", column.Target, $"values that {column.Type} would round, cut or refuse", lossy);
        }

        if (column.IsUser && table.Source != ResolvedPlan.AuthUsers)
        {
            yield return new RowCheck(
                "user-not-found", column.Target, $"user ids that {ResolvedPlan.AuthUsers} does not have",
                Sql.Format($"{value} is not null and {value}::uuid not in (select id from {ResolvedPlan.AuthUsers})"));
        }
    }

    private static Sql? Lossy(ColumnProjection column, Sql value)
    {
        var shape = TypeShape.Of(column.Type);
        return shape.Name switch
        {
            "smallint" => Whole(value, short.MinValue, short.MaxValue),
            "integer" => Whole(value, int.MinValue, int.MaxValue),
            "bigint" => Whole(value, long.MinValue, long.MaxValue),
            "numeric" when shape.First is { } precision => Number(value, precision, shape.Second ?? 0),
            "character varying" or "character" when shape.First is { } length => Sql.Format($"char_length({value}::text) > {length}"),
            "real" or "double precision" => Sql.Format($"{value}::numeric <> {value}::{Sql.Expression(column.Type)}::numeric"),
            _ when shape.First is not null || shape.Name == "date" => RoundTrip(column, value),
            _ => null,
        };
    }

    private static Sql Whole(Sql value, long least, long most)
    {
        var number = Sql.Format($"{value}::numeric");
        return Sql.Format($"({number} = 'NaN' or abs({number}) = 'Infinity' or {number} not between {least} and {most} or {number} <> trunc({number}))");
    }

    private static Sql Number(Sql value, int precision, int scale)
    {
        // NaN fits any numeric; 10^(p-s) is the first number that no longer does.
        var number = Sql.Format($"{value}::numeric");
        return Sql.Format($"({number} <> 'NaN' and (abs({number}) = 'Infinity' or round({number}, {scale}) <> {number} or abs(round({number}, {scale})) >= 10::numeric ^ {precision - scale}))");
    }

    private static Sql RoundTrip(ColumnProjection column, Sql value) =>
        Sql.Format($"{value} is distinct from {value}::{Sql.Expression(column.Type)}::{Sql.Expression(column.SourceType ?? column.TransportType)}");
}
