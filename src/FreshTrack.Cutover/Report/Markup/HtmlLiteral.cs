using System.Runtime.CompilerServices;
using System.Text;

namespace FreshTrack.Cutover.Reporting.Markup;

/// <summary>Makes <c>Html.Of($"…")</c> encode every value that is no <see cref="Html"/>; numbers are written
/// invariantly.</summary>
[InterpolatedStringHandler]
public sealed class HtmlLiteral(int literalLength, int formattedCount)
{
    private readonly StringBuilder markup = new(literalLength + (formattedCount * 16));

    public void AppendLiteral(string value) => markup.Append(value);

    public void AppendFormatted(Html value) => markup.Append(value);

    public void AppendFormatted(string? value) => markup.Append(Html.Encode(value ?? ""));

    public void AppendFormatted<T>(T value, string? format = null)
        where T : IFormattable => markup.Append(Html.Encode(value.ToString(format, null)));

    internal string ToMarkup() => markup.ToString();
}
