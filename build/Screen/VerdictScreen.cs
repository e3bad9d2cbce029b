using FreshTrack.Cutover;
using FreshTrack.Cutover.Reporting;
using FreshTrack.Plan;
using Spectre.Console;

namespace FreshTrack.Build.Screen;

/// <summary>What stays on the screen when a run is over: the verdict, why, planned against actual time, and where the
/// rest is.</summary>
public static class VerdictScreen
{
    private const int ShownReasons = 8;

    /// <exception cref="TargetFailedException">The verdict is Fail or Inconclusive; the exit code says
    /// which.</exception>
    public static async Task EndAsync(BuildContext context, RunReport report)
    {
        Show(context.Console, report);
        if (await StepSummary.AppendAsync(report.Evidence.Folder, context.Cancellation) is { } problem)
        {
            context.Console.WriteLine(problem);
        }

        if (report.Gate.Verdict.ExitCode() is var code and not ExitCodes.Passed)
        {
            throw new TargetFailedException(code, $"{report.Gate.Verdict}: {report.Reasons[0].Reason}");
        }
    }

    public static void Show(IAnsiConsole console, RunReport report)
    {
        var (mark, colour) = RunScreen.Style(report.Gate.Verdict);
        var table = new Table()
            .Border(TableBorder.Rounded)
            .AddColumn("phase")
            .AddColumn(new TableColumn("planned").RightAligned())
            .AddColumn(new TableColumn("actual").RightAligned());
        foreach (var phase in report.Evidence.Phases)
        {
            table.AddRow(
                Markup.Escape($"{phase.Number} {phase.Name}"),
                Format.Duration(phase.PlannedSeconds),
                Format.Duration(phase.ActualSeconds)
            );
        }

        console.WriteLine();
        console.Write(table);
        console.WriteLine();
        console.MarkupLine(
            "[bold {0}]{1} {2}[/]  {3}",
            colour,
            mark,
            report.Gate.Verdict,
            Markup.Escape(Meaning(report))
        );
        // What follows from a failure, such as a load test that was not run, would only hide it.
        var decisive = report
            .Reasons.Where(reason => reason.Verdict == report.Gate.Verdict)
            .Take(ShownReasons)
            .ToList();
        foreach (var reason in decisive)
        {
            console.MarkupLine("  [{0}]{1}[/] {2}", colour, mark, Markup.Escape(reason.Reason));
        }

        if (report.Reasons.Count > decisive.Count)
        {
            console.WriteLine($"  … and {report.Reasons.Count - decisive.Count} more in the report");
        }

        console.WriteLine();
        console.WriteLine($"Report:   {Path.Combine(report.Evidence.Folder, "report.html")}");
        console.WriteLine($"Evidence: {report.Evidence.Folder}");
    }

    private static string Meaning(RunReport report) =>
        report.Gate.Verdict switch
        {
            Verdict.Pass => report.Allowed,
            Verdict.Warn => $"{report.Allowed} Read the warnings first.",
            Verdict.Fail => "It must not cut over. What failed:",
            _ => "Nothing was proven, so it must not cut over. What is missing:",
        };
}
