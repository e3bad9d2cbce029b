using FreshTrack.Plan;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Casts that succeed and change the value, or that a value is too large for.</summary>
internal static class LossyCast
{
    /// <summary>True for values that would not come back from the type as they were; null when the type keeps whatever
    /// it can hold.</summary>
    /// <param name="type">With its length or scale.</param>
    /// <param name="from">The type of <paramref name="value"/>.</param>
    public static Sql? Hit(string type, string from, Sql value)
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
