namespace FreshTrack.Cutover.Reporting.Markup;

/// <summary>A table that scrolls by itself where the page is narrow, and can be scrolled from the keyboard.</summary>
/// <param name="Caption">Read out before the table; not shown.</param>
internal sealed record Table(string Caption, IReadOnlyList<Column> Columns, IReadOnlyList<IReadOnlyList<Html>> Rows)
{
    public Html Write() => Html.Of($"""
        <div class="scroll" role="region" aria-label="{Caption}" tabindex="0"><table>
        <caption>{Caption}</caption>
        <thead><tr>{Html.Each(Columns, column => Html.Of($"""<th scope="col"{Class(column)}>{column.Name}</th>"""))}</tr></thead>
        <tbody>
        {Html.Each(Rows, Row)}</tbody></table></div>

        """);

    /// <summary>The same, folded away until it is asked for.</summary>
    public Html WriteFolded(string summary) => Html.Of($"""
        <details><summary>{summary}</summary>
        {Write()}</details>

        """);

    private Html Row(IReadOnlyList<Html> cells) => Html.Of($"<tr>{Html.Join(cells.Select(Cell))}</tr>\n");

    private Html Cell(Html cell, int index) => index == 0
        ? Html.Of($"""<th scope="row">{cell}</th>""")
        : Html.Of($"<td{Class(Columns[index])}>{cell}</td>");

    private static Html Class(Column column) => column.IsNumber ? Html.Of($" class=\"number\"") : Html.Empty;
}

/// <param name="IsNumber">Right-aligned, digits below each other.</param>
internal sealed record Column(string Name, bool IsNumber = false);
