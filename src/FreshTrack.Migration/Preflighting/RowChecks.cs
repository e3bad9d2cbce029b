using FreshTrack.Plan;

namespace FreshTrack.Migration.Preflighting;

/// <param name="Hit">A condition over the source row that is true for the rows that would not arrive as they
/// are.</param>
internal sealed record RowCheck(string Code, string Column, string Message, Sql Hit);

/// <summary>Derives, from a column's types, the conditions under which its rows would not arrive as they are.</summary>
internal static class RowChecks
{
    /// <param name="users">The projection of the users that move; null when none do.</param>
    public static IEnumerable<RowCheck> Of(TableProjection table, ColumnProjection column, TableProjection? users)
    {
        var value = Sql.Format($"({column.Expression})");
        if (column.MayMissValue)
        {
            yield return new RowCheck(
                FindingCodes.NullNotAllowed,
                column.Target,
                "NULL, where the target takes none",
                Sql.Format($"{value} is null")
            );
        }

        if (column.Labels is { } labels)
        {
            var known = Sql.Join(", ", labels.Select(Sql.Literal));
            yield return new RowCheck(
                FindingCodes.EnumLabelMissing,
                column.Target,
                $"labels that the target's {column.Type} lacks",
                Sql.Format($"{value}::text not in ({known})")
            );
        }
        else if (
            (column.Narrowing is not null || column.SourceType is null)
            && Lossy(column.Type, column.SourceType ?? column.TransportType, value) is { } lossy
        )
        {
            yield return new RowCheck(
                FindingCodes.ValueDoesNotFit,
                column.Target,
                $"values that {column.Type} would round, cut or refuse",
                lossy
            );
        }

        if (MayRefuse(column))
        {
            // Hits nothing: a cast that cannot be done is an error, and its scan finds which.
            yield return new RowCheck(
                FindingCodes.ValueDoesNotCast,
                column.Target,
                $"values that are no {column.TransportType}",
                Sql.Format($"{value} is not null and {column.Transport} is null")
            );
        }

        if (column.IsUser && table.Source != ResolvedPlan.AuthUsers)
        {
            // Users that 'where' leaves behind have no place in the user map either.
            var known = users is null ? new Sql("true") : RowKey.Where(users);
            yield return new RowCheck(
                FindingCodes.UserNotFound,
                column.Target,
                $"user ids that {ResolvedPlan.AuthUsers} does not have, or that the plan leaves behind",
                Sql.Format(
                    $"{value} is not null and {value}::uuid not in (select id from {ResolvedPlan.AuthUsers} "
                        + $"where {known})"
                )
            );
        }
    }

    /// <summary>True for values that would not come back from the type as they were; null when the type keeps whatever
    /// it can hold.</summary>
    /// <param name="type">With its length or scale.</param>
    /// <param name="from">The type of <paramref name="value"/>.</param>
    public static Sql? Lossy(string type, string from, Sql value)
    {
        var shape = TypeShape.Of(type);
        return shape.Name switch
        {
            "smallint" => Whole(value, short.MinValue, short.MaxValue),
            "integer" => Whole(value, int.MinValue, int.MaxValue),
            "bigint" => Whole(value, long.MinValue, long.MaxValue),
            "numeric" when shape.First is { } precision => Number(value, precision, shape.Second ?? 0),
            "character varying" or "character" when shape.First is { } length => Sql.Format(
                $"char_length({value}::text) > {length}"
            ),
            "real" or "double precision" => Sql.Format($"{value}::numeric <> {value}::{Sql.Expression(type)}::numeric"),
            _ when shape.First is not null || shape.Name == "date" => Sql.Format(
                $"{value} is distinct from {value}::{Sql.Expression(type)}::{Sql.Expression(from)}"
            ),
            _ => null,
        };
    }

    /// <summary>Everything can be text, and a type that is only wider or narrower is <see cref="Lossy"/>'s.</summary>
    private static bool MayRefuse(ColumnProjection column) =>
        column.TransportType is not ("text" or "character varying" or "bpchar")
        && (
            column.SourceType is null
            || TypeShape.Of(column.SourceType).Name is "text" or "character varying" or "character"
        );

    private static Sql Whole(Sql value, long least, long most)
    {
        var number = Sql.Format($"{value}::numeric");
        return Sql.Format(
            $"({number} = 'NaN' or abs({number}) = 'Infinity' or {number} not between {least} and {most} or "
                + $"{number} <> trunc({number}))"
        );
    }

    private static Sql Number(Sql value, int precision, int scale)
    {
        // NaN fits any numeric; 10^(p-s) is the first number that no longer does.
        var number = Sql.Format($"{value}::numeric");
        return Sql.Format(
            $"({number} <> 'NaN' and (abs({number}) = 'Infinity' or round({number}, {scale}) <> {number} or "
                + $"abs(round({number}, {scale})) >= 10::numeric ^ {precision - scale}))"
        );
    }
}
