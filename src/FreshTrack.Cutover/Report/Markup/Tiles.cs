namespace FreshTrack.Cutover.Reporting.Markup;

/// <summary>The few numbers that a reader looks for first, large.</summary>
internal static class Tiles
{
    public static Html Write(IEnumerable<Tile> tiles) =>
        Html.Of(
            $"""
            <dl class="tiles">
            {Html.Each(tiles, Write)}</dl>

            """
        );

    private static Html Write(Tile tile)
    {
        var over = tile.IsOver ? Html.Of($" class=\"fail over\"") : Html.Empty;
        var note = tile.Note is null ? Html.Empty : Html.Of($"<small>{tile.Note}</small>");
        return Html.Of($"<div{over}><dt>{tile.Name}</dt><dd>{tile.Value}{note}</dd></div>\n");
    }
}

/// <param name="Note">What the value is to be held against, in words.</param>
internal sealed record Tile(string Name, string Value, string? Note = null)
{
    /// <summary>Whether the value is over its limit; the note has to say so as well.</summary>
    public bool IsOver { get; init; }
}
