using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace FreshTrack.Plan;

/// <summary>A name to be quoted: a column, constraint, trigger, role or index.</summary>
public readonly record struct Identifier(string Name);

/// <summary>SQL text that was written as a constant, or composed by <see cref="Format"/> from parts that are quoted
/// where they are put in.</summary>
/// <remarks>
/// Values go through parameters. Names go through <see cref="Identifier"/> and <see cref="TableName"/>, which are
/// quoted here and nowhere else.
/// A plain string does not compile inside <see cref="Format"/>.
/// </remarks>
public readonly record struct Sql(string Text)
{
    public static Sql Format(ref SqlHandler handler) => new(handler.ToText());

    /// <summary>An expression out of the plan file, a definition out of a database's own catalog, or a script that was
    /// built in: SQL by nature.</summary>
    public static Sql Expression(string text) => new(text);

    /// <summary>A quoted literal, for statements that take no parameters (COPY, DDL, SET).</summary>
    public static Sql Literal(string value) =>
        new(
            value.Contains('\\')
                ? $"E'{value.Replace("\\", "\\\\").Replace("'", "''")}'"
                : $"'{value.Replace("'", "''")}'"
        );

    public static Sql Join([ConstantExpected] string separator, IEnumerable<Sql> parts) =>
        new(string.Join(separator, parts.Select(part => part.Text)));

    public static Sql Columns(IEnumerable<string> names) =>
        Join(", ", names.Select(name => Format($"{new Identifier(name)}")));

    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"")}\"";

    public override string ToString() => Text;
}

/// <summary>Builds a <see cref="Sql"/> from an interpolated string and quotes every name in it.</summary>
[InterpolatedStringHandler]
public readonly ref struct SqlHandler(int literalLength, int formattedCount)
{
    private readonly StringBuilder text = new(literalLength + (formattedCount * 24));

    public void AppendLiteral(string value) => text.Append(value);

    public void AppendFormatted(Sql value) => text.Append(value.Text);

    public void AppendFormatted(Identifier value) => text.Append(Sql.Quote(value.Name));

    public void AppendFormatted(TableName value) =>
        text.Append(Sql.Quote(value.Schema)).Append('.').Append(Sql.Quote(value.Name));

    public void AppendFormatted(long value) => text.Append(value);

    public string ToText() => text.ToString();
}
