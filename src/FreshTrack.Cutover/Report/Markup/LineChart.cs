namespace FreshTrack.Cutover.Reporting.Markup;

/// <summary>Lines over an axis. The drawing stretches with the page while its words keep their size, so a phone shows
/// what a screen does.</summary>
/// <param name="Says">What the chart shows, in a sentence, for who does not see it.</param>
/// <param name="Values">The same as a table, folded below the chart.</param>
internal sealed record LineChart(
    string Title,
    string Says,
    Axis X,
    string XUnit,
    Axis Y,
    IReadOnlyList<Line> Lines,
    Table Values
)
{
    private const double Width = 1000;
    private const double Height = 300;

    public IReadOnlyList<LimitMark> Limits { get; init; } = [];

    public Html Write() =>
        Html.Of(
            $"""
            <figure class="chart">
            <figcaption>{Title}</figcaption>
            <div class="plot">
            <div class="y" aria-hidden="true">{Html.Each(Y.Labels.Reverse(), Label)}</div>
            <svg role="img" aria-label="{Says}" viewBox="0 0 1000 300" preserveAspectRatio="none">
            {Html.Join(Y.Labels.Select(Grid))}{Html.Join(Lines.Select(Draw))}{Html.Each(Limits, Draw)}</svg>
            <div class="x" aria-hidden="true">{Html.Each(X.Labels, Label)}</div>
            <div class="unit" aria-hidden="true">{XUnit}</div>
            </div>
            <ul class="legend">{Html.Join(Lines.Select((line, i) => Key(Series(i), line.Name)))}{(
                Limits.Count > 0 ? Key("limit", "limit of the policy") : Html.Empty
            )}</ul>
            {Values.WriteFolded($"{Title}: the same as a table")}</figure>

            """
        );

    private static Html Label(string text) => Html.Of($"<span><span>{text}</span></span>");

    private Html Grid(string label, int index)
    {
        var y = Number(Height * index / (Y.Labels.Count - 1));
        return Html.Of($"""<line class="grid" x1="0" x2="1000" y1="{y}" y2="{y}"/>""");
    }

    private Html Draw(Line line, int index) =>
        Html.Each(
            Pieces(line.Points),
            piece =>
                Html.Of(
                    $"""<polyline class="line {Series(index)}" points="{string.Join(' ', piece.Select(Point))}"/>"""
                )
        );

    // A short bar at the percentile that is limited, not a line over all of them.
    private Html Draw(LimitMark limit)
    {
        var (x, y) = (X.Place(limit.X) * Width, Across(limit.Y));
        return Html.Of($"""<line class="line limit" x1="{Number(x - 45)}" x2="{Number(x + 45)}" y1="{y}" y2="{y}"/>""");
    }

    private static Html Key(string series, string name) =>
        Html.Of(
            $"""
            <li><svg aria-hidden="true" class="key" viewBox="0 0 30 10"
            ><line class="line {series}" x1="1" x2="29" y1="5" y2="5"/></svg>{name}</li>
            """
        );

    private string Point((double X, double Y) point) => $"{Number(X.Place(point.X) * Width)},{Across(point.Y)}";

    private string Across(double value) => Number(Height * (1 - Math.Clamp(Y.Place(value), 0, 1)));

    // What was not measured leaves a gap; a line over it would claim a value.
    private static IEnumerable<IReadOnlyList<(double X, double Y)>> Pieces(IReadOnlyList<(double X, double Y)> points)
    {
        var piece = new List<(double X, double Y)>();
        foreach (var point in points)
        {
            if (double.IsFinite(point.Y))
            {
                piece.Add(point);
            }
            else if (piece.Count > 0)
            {
                yield return piece;
                piece = [];
            }
        }

        if (piece.Count > 0)
        {
            yield return piece;
        }
    }

    private static string Series(int index) => $"s{index + 1}";

    private static string Number(double value) => value.ToString("0.##");
}

/// <param name="Points">Ascending by X; a Y that is no number is a gap.</param>
internal sealed record Line(string Name, IReadOnlyList<(double X, double Y)> Points);

internal sealed record LimitMark(double X, double Y);
