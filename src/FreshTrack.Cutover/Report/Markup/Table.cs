namespace FreshTrack.Cutover.Reporting.Markup;

/// <summary>A table that scrolls by itself where the page is narrow, and can be scrolled from the keyboard. One of
/// words gives every row a block of its own there.</summary>
/// <param name="Caption">Read out before the table; not shown.</param>
internal sealed record Table(string Caption, IReadOnlyList<Column> Columns, IReadOnlyList<IReadOnlyList<Html>> Rows)
{
    // On a phone a third column of words would be cut off in the middle of what it says.
    private bool IsOfWords => Columns.Count(column => !column.IsNumber) > 2;

    public Html Write() =>
        Html.Of(
            $"""
            <div class="scroll" role="region" aria-label="{Caption}" tabindex="0"><table role="table"{(
                IsOfWords ? Html.Of($" class=\"words\"") : Html.Empty
            )}>
            <caption>{Caption}</caption>
            <thead role="rowgroup"><tr role="row">{Html.Each(
                Columns,
                column => Html.Of($"""<th role="columnheader" scope="col"{Class(column)}>{column.Name}</th>""")
            )}</tr></thead>
            <tbody role="rowgroup">
            {Html.Each(Rows, Row)}</tbody></table></div>

            """
        );

    /// <summary>The same, folded away until it is asked for.</summary>
    public Html WriteFolded(string summary) =>
        Html.Of(
            $"""
            <details><summary>{summary}</summary>
            {Write()}</details>

            """
        );

    private Html Row(IReadOnlyList<Html> cells) =>
        Html.Of($"""<tr role="row">{Html.Join(cells.Select(Cell))}</tr>{"\n"}""");

    private Html Cell(Html cell, int index) =>
        index == 0
            ? Html.Of($"""<th role="rowheader" scope="row">{cell}</th>""")
            : Html.Of($"""<td role="cell" data-column="{Columns[index].Name}"{Class(Columns[index])}>{cell}</td>""");

    private static Html Class(Column column) => column.IsNumber ? Html.Of($" class=\"number\"") : Html.Empty;
}

/// <param name="IsNumber">Right-aligned, digits below each other.</param>
internal sealed record Column(string Name, bool IsNumber = false);
