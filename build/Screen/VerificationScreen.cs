using FreshTrack.Plan;
using FreshTrack.Verification;
using Spectre.Console;

namespace FreshTrack.Build.Screen;

/// <summary>What a verification came to: a line a check, then the differing rows by key, as many as fit a
/// screen.</summary>
public static class VerificationScreen
{
    private const int ShownRows = 5;
    private const int ShownCells = 4;
    private const int ShownCharacters = 60;

    /// <param name="file">Where the rest is.</param>
    public static void Show(IAnsiConsole console, VerificationResult result, string file)
    {
        var table = new Table()
            .Border(TableBorder.Rounded)
            .AddColumns("check", "subject")
            .AddColumn(new TableColumn("rows").RightAligned())
            .AddColumn(new TableColumn("violations").RightAligned())
            .AddColumns("verdict", "reason");
        foreach (var check in result.Checks)
        {
            var (mark, colour) = RunScreen.Style(check.Verdict);
            // An open question has counted nothing, and 0 violations would read as an answer.
            var counted = check.Verdict != Verdict.Inconclusive;
            table.AddRow(
                Text(check.Check),
                Text(check.Subject),
                counted ? Text(check.Rows) : "–",
                counted ? Text(check.Violations) : "–",
                $"[{colour}]{mark} {check.Verdict}[/]",
                check.Verdict == Verdict.Pass ? "" : Text(Reason(check))
            );
        }

        console.WriteLine();
        console.Write(table);
        ShowDifferences(console, result, file);
        console.WriteLine();
        console.WriteLine($"Evidence: {file}");
    }

    /// <summary>The differing rows alone.</summary>
    public static void ShowDifferences(IAnsiConsole console, VerificationResult result, string file)
    {
        foreach (
            var (subject, differences) in result
                .Checks.Where(check => check.Differences is not null)
                .Select(check => (check.Subject, check.Differences!))
        )
        {
            console.WriteLine();
            console.MarkupLine(
                $"[bold]{Text(subject)}[/]  {differences.Missing:N0} missing, {differences.Extra:N0} "
                    + $"extra, {differences.Changed:N0} changed"
            );
            if (differences.Columns.Count > 0)
            {
                var columns = differences.Columns.Select(column => $"{column.Column} ({column.Rows:N0})");
                console.MarkupLine($"  differ in  {Text(string.Join(", ", columns))}");
            }

            foreach (var row in differences.Listed.Take(ShownRows))
            {
                console.MarkupLine(
                    $"  {row.Kind.ToString().ToLowerInvariant(), -7}  "
                        + $"{Text(string.Join(", ", row.Key.Select(part => $"{part.Column}={part.Value ?? "null"}")))} "
                        + $" {Text(Cells(row.Cells))}"
                );
            }

            if (differences.Total > ShownRows)
            {
                console.WriteLine(
                    $"  … and {differences.Total - ShownRows:N0} more rows; the first "
                        + $"{differences.Listed.Count:N0} are in {file}"
                );
            }
        }
    }

    /// <summary>Without the subject, which has a column of its own.</summary>
    private static string Reason(CheckResult check) =>
        check.Reason.StartsWith($"{check.Subject}: ") ? check.Reason[(check.Subject.Length + 2)..] : check.Reason;

    private static string Cells(IReadOnlyList<CellDifference> cells) =>
        string.Join(", ", cells.Take(ShownCells).Select(Cell))
        + (cells.Count > ShownCells ? $" and {cells.Count - ShownCells} more columns" : "");

    private static string Cell(CellDifference cell)
    {
        var equal = (cell.Source ?? "").AsSpan().CommonPrefixLength(cell.Target);
        return $"{cell.Column} {Value(cell.Source, equal)} → {Value(cell.Target, equal)}";
    }

    /// <summary>NULL and the empty text look different, and of a long text that part is shown where the two begin to
    /// differ.</summary>
    private static string Value(string? value, int equal)
    {
        if (value is null)
        {
            return "null";
        }

        var start = value.Length <= ShownCharacters ? 0 : Math.Max(0, equal - (ShownCharacters / 2));
        var end = Math.Min(value.Length, start + ShownCharacters);
        return $"'{(start > 0 ? "…" : "")}{value[start..end]}{(end < value.Length ? "…" : "")}'";
    }

    private static string Text(string text) => Markup.Escape(Printable.Of(text));

    private static string Text(long count) => count.ToString("N0");
}
