using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace FreshTrack.Cutover.Reporting.Markup;

/// <summary>Markup that is safe to show: whatever is put into its literals is encoded, unless it is markup
/// itself.</summary>
public sealed record Html
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly string markup;

    private Html(string markup) => this.markup = markup;

    public static Html Empty { get; } = new("");

    public static Html Of(HtmlLiteral literal) => new(literal.ToMarkup());

    /// <summary>Text that has to be read as text: a table's name, a key, a message.</summary>
    public static Html Text(string? text) => new(Encode(text ?? ""));

    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts.Select(part => part.markup)));

    /// <summary>The part for every item, one after the other.</summary>
    public static Html Each<T>(IEnumerable<T> items, Func<T, Html> part) => Join(items.Select(part));

    /// <summary>A text of this program's own, such as its style sheet, as it is.</summary>
    internal static Html Trusted(string markup) => new(markup);

    internal static string Encode(string text) => Encoder.Encode(text);

    public override string ToString() => markup;
}
