namespace FreshTrack.Verification.Contents;

/// <summary>The common form in which a column's values are compared:
/// what each side does to its value before it is hashed.</summary>
/// <remarks>
/// Both forms of a pair end in the same built-in type, whose binary wire form is injective; equal values give equal
/// forms and different values
/// different ones. The forms:
/// <list type="bullet">
/// <item>integers: <c>int8</c>; two floats: <c>float8</c>, so -0 differs from 0 and every NaN from every number;</item>
/// <item>numbers of which one is <c>numeric</c>: <c>numeric</c>, with its scale where the target's column keeps any
/// scale, without where the target's
/// type fixes one; a float goes through its shortest text, because PostgreSQL's own cast keeps 15 digits only;</item>
/// <item>text, varchar, char, name, citext and enums: <c>text</c>, byte for byte (the padding of char(n) is no
/// value);</item>
/// <item>text against uuid: <c>text</c>, the source's in lower case; integer, numeric, boolean or uuid moved into a
/// text column: <c>text</c>;</item>
/// <item>date against timestamp: <c>timestamp</c>;</item>
/// <item>arrays of the text family: <c>text[]</c>; of integers: <c>int8[]</c>; of one built-in type: as they are,
/// dimensions and NULLs included;</item>
/// <item>one built-in type on both sides (timestamptz, time, interval, bytea, jsonb, json, uuid, inet, ranges …): as it
/// is: microseconds, json byte
/// for byte, jsonb with its numbers' scale but without the key order that it does not keep;</item>
/// <item>one extension type on both sides: its text;</item>
/// <item>user ids: text, the target's mapped back.</item>
/// </list>
/// Any other pair (timestamp against timestamptz, json against jsonb, text against a number …) has no form, because
/// turning one into the other may lose
/// or invent something: the plan's expression must do it.
/// </remarks>
internal sealed record CanonicalForm(string Source, string Target)
{
    /// <param name="scaleIsFree">The target column keeps any scale, so that a changed scale is a changed value.</param>
    /// <returns>Null when the two types have no common form.</returns>
    public static CanonicalForm? Between(ColumnType source, ColumnType target, bool scaleIsFree) =>
        (source.Family, target.Family) switch
        {
            (TypeFamily.Text, TypeFamily.Text) => Same("{0}::text"),
            (TypeFamily.Integer, TypeFamily.Integer) => Same("{0}::int8"),
            (TypeFamily.Float, TypeFamily.Float) => Same("{0}::float8"),
            (TypeFamily.LocalTime, TypeFamily.LocalTime) => Same("{0}::timestamp"),
            (TypeFamily.Text, TypeFamily.Uuid) => new("lower({0}::text)", "{0}::text"),
            (TypeFamily.Integer or TypeFamily.Numeric or TypeFamily.Boolean or TypeFamily.Uuid, TypeFamily.Text) =>
                Same("{0}::text"),
            (TypeFamily.Array, TypeFamily.Array) => BetweenArrays(source, target),
            _ when IsNumber(source) && IsNumber(target) => Numbers(
                source,
                target,
                scaleIsFree && target.Family == TypeFamily.Numeric
            ),
            _ when source.Name != target.Name => null,
            _ => Same(source.BuiltIn && target.BuiltIn ? "{0}" : "{0}::text"),
        };

    public static Sql Apply(string form, Sql value) => Sql.Expression(form.Replace("{0}", value.Text));

    private static CanonicalForm Same(string form) => new(form, form);

    private static bool IsNumber(ColumnType type) =>
        type.Family is TypeFamily.Integer or TypeFamily.Numeric or TypeFamily.Float;

    private static CanonicalForm Numbers(ColumnType source, ColumnType target, bool withScale) =>
        new(Number(source, withScale), Number(target, withScale));

    private static string Number(ColumnType type, bool withScale)
    {
        var number = type.Family == TypeFamily.Float ? "{0}::text::numeric" : "{0}::numeric";
        return withScale ? number : $"trim_scale({number})";
    }

    private static CanonicalForm? BetweenArrays(ColumnType source, ColumnType target) =>
        (source.Element, target.Element) switch
        {
            ({ Family: TypeFamily.Text }, { Family: TypeFamily.Text }) => Same("{0}::text[]"),
            ({ Family: TypeFamily.Integer }, { Family: TypeFamily.Integer }) => Same("{0}::int8[]"),
            ({ BuiltIn: true } one, { BuiltIn: true } other) when one.Name == other.Name => Same("{0}"),
            ({ } one, { } other) when one.Name == other.Name => Same("{0}::text"),
            _ => null,
        };
}
