using FreshTrack.Build.Screen;
using FreshTrack.Plan;
using FreshTrack.Verification;
using Spectre.Console;

namespace FreshTrack.UnitTests.Build.Screen;

public sealed class VerificationScreenTests
{
    [Fact]
    public void A_differing_row_is_shown_by_key_with_both_values() =>
        Assert.Contains(
            "changed  id=7  name 'Cold room' → 'Cold Room'",
            Shown(
                Contents(
                    new Differences(
                        0,
                        0,
                        1,
                        [],
                        [Row(DifferenceKind.Changed, "7", new CellDifference("name", "Cold room", "Cold Room"))]
                    )
                )
            )
        );

    [Fact]
    public void Null_and_the_empty_text_look_different() =>
        Assert.Contains(
            "note null → ''",
            Shown(
                Contents(
                    new Differences(
                        0,
                        0,
                        1,
                        [],
                        [Row(DifferenceKind.Changed, "7", new CellDifference("note", null, ""))]
                    )
                )
            )
        );

    [Fact]
    public void Of_a_long_text_the_part_is_shown_that_differs()
    {
        var text = new string('x', 400);
        var shown = Shown(
            Contents(
                new Differences(
                    0,
                    0,
                    1,
                    [],
                    [Row(DifferenceKind.Changed, "7", new CellDifference("note", text + "left", text + "right"))]
                )
            )
        );
        Assert.Contains("xleft' → '…xxx", shown);
        Assert.Contains("xright'", shown);
        Assert.DoesNotContain(text, shown);
    }

    [Fact]
    public void Rows_that_are_not_shown_are_counted_and_said_to_be_in_the_file()
    {
        var listed = Enumerable
            .Range(0, Differences.MaximumListed)
            .Select(key => Row(DifferenceKind.Missing, $"{key}"))
            .ToList();
        var shown = Shown(Contents(new Differences(2500, 0, 0, [], listed)));
        Assert.Contains("2,500 missing, 0 extra, 0 changed", shown);
        Assert.Contains("id=4", shown);
        Assert.DoesNotContain("id=5", shown);
        Assert.Contains("and 2,495 more rows; the first 100 are in verification.json", shown);
    }

    [Fact]
    public void Columns_are_counted_over_all_rows_that_differ_in_them() =>
        Assert.Contains(
            "differ in  name (1,200), note (3)",
            Shown(
                Contents(
                    new Differences(
                        0,
                        0,
                        1203,
                        [new ColumnDifferences("name", 1200), new ColumnDifferences("note", 3)],
                        []
                    )
                )
            )
        );

    [Fact]
    public void An_open_question_shows_its_reason_and_no_counts()
    {
        var line = Line(
            Shown(
                new CheckResult(
                    CheckNames.Counts,
                    "public.units",
                    Verdict.Inconclusive,
                    0,
                    0,
                    "The target failed: no such table",
                    null,
                    0
                )
            ),
            "public.units"
        );
        Assert.Contains("? Inconclusive", line);
        Assert.Contains("The target failed: no such table", line);
        Assert.DoesNotContain("0", line);
    }

    [Fact]
    public void A_check_that_passed_shows_its_rows_and_needs_no_reason()
    {
        var line = Line(
            Shown(
                new CheckResult(
                    CheckNames.Counts,
                    "public.units",
                    Verdict.Pass,
                    1_234_567,
                    0,
                    "Both sides have 1234567 rows.",
                    null,
                    0
                )
            ),
            "public.units"
        );
        Assert.Contains("1,234,567", line);
        Assert.Contains("✓ Pass", line);
        Assert.DoesNotContain("Both sides", line);
    }

    [Fact]
    public void Values_can_neither_steer_the_terminal_nor_break_the_line()
    {
        var shown = Shown(
            Contents(
                new Differences(
                    0,
                    0,
                    1,
                    [],
                    [Row(DifferenceKind.Changed, "\e[2J[red]7[/]", new CellDifference("note", "a\nb", "\u009b2J"))]
                )
            )
        );
        Assert.Contains("id=␛[2J[red]7[/]  note 'a␊b' → '\ufffd2J'", shown);
        Assert.DoesNotContain('\e', shown);
    }

    private static CheckResult Contents(Differences differences) =>
        new(
            CheckNames.Contents,
            "public.units",
            Verdict.Fail,
            9000,
            differences.Total,
            "public.units differs.",
            differences,
            0.5
        );

    private static RowDifference Row(DifferenceKind kind, string key, params CellDifference[] cells) =>
        new(kind, "public.units", [new KeyValue("id", key)], cells);

    private static string Shown(params CheckResult[] checks)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(text),
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
            }
        );
        console.Profile.Width = 1000;
        VerificationScreen.Show(
            console,
            new VerificationResult(new DateTimeOffset(2026, 1, 15, 0, 0, 0, TimeSpan.Zero), checks),
            "verification.json"
        );
        return text.ToString();
    }

    private static string Line(string shown, string holding) => shown.Split('\n').First(line => line.Contains(holding));
}
