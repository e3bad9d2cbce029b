using System.Diagnostics;
using FreshTrack.Cutover;
using FreshTrack.Cutover.Reporting.Markup;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;
using Spectre.Console;

namespace FreshTrack.Build.Screen;

/// <summary>Shows a run on the console: a line for every step that ended, and what the current one is doing
/// meanwhile.</summary>
/// <remarks>On a terminal the current step is one line that is written over; elsewhere it is a plain line every few
/// seconds.</remarks>
public sealed class RunScreen(IAnsiConsole console) : IRunObserver
{
    private const int ShownFindings = 20;

    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly Stopwatch sinceShown = Stopwatch.StartNew();
    private readonly Stopwatch sinceStarted = new();
    private string title = "";
    private bool lineIsOpen;
    private RunStarted? run;

    /// <summary>The slice has one step, the verification, whose checks are worth a line each.</summary>
    private bool ShowsChecks => run is { Runbook.IsSlice: true };

    public void Tell(RunEvent what)
    {
        switch (what)
        {
            case RunStarted started:
                run = started;
                break;
            case PhaseStarted { Phase: var phase } when run is { Runbook.IsSlice: false }:
                Say(
                    $"\n[bold]Phase {phase.Number}: {Markup.Escape(phase.Name)}[/]  [grey]planned "
                        + $"{Format.FromZero(phase.PlannedStart)} to {Format.FromZero(phase.PlannedEnd)}[/]"
                );
                break;
            case StepStarted { Step: var step }:
                Begin(step.Title);
                break;
            case WorkStarted work:
                Begin(work.Title);
                break;
            case StepProgressed { Progress: CheckEnded { Check: var check } ended } when ShowsChecks:
                Say(Ended("    ", check.Verdict, ended.Line, check.DurationSeconds));
                break;
            case StepProgressed { Progress: var progress }:
                Report(progress.Text);
                break;
            case WorkProgressed { Text: var text }:
                Report(text);
                break;
            case StepEnded { Timing: var timing } ended:
                End(timing.Verdict, timing.Summary, timing.End - timing.Start);
                ShowFindings(ended.Step);
                break;
            case StepRestored restored:
                title = restored.Step.Title;
                Say(Ended("  ", Verdict.Pass, $"{title}: {restored.Summary}", 0));
                break;
            case WorkEnded { Result: var result } ended:
                End(result.Verdict, result.Summary, ended.Elapsed.TotalSeconds);
                break;
            case Noted { Text: var text }:
                Say($"  [yellow]·[/] {Markup.Escape(text)}");
                break;
        }
    }

    /// <summary>A screen for work that is not a run.</summary>
    public static RunObservers On(BuildContext context) => new(context.TimeProvider, new RunScreen(context.Console));

    /// <summary>The report's mark of a verdict, and its colour on a console.</summary>
    public static (string Mark, string Colour) Style(Verdict verdict) =>
        (
            VerdictStyle.Mark(verdict),
            verdict switch
            {
                Verdict.Pass => "green",
                Verdict.Warn => "yellow",
                Verdict.Fail => "red",
                _ => "magenta",
            }
        );

    /// <summary>What preflight or the verification found, below the line of its step.</summary>
    private void ShowFindings(Step step)
    {
        switch (step.Id)
        {
            case FinalCheckRunbook.Preflight when run?.Run.Preflight.Found is { } preflight:
                var findings = preflight.Findings.OrderByDescending(finding => finding.Verdict).ToList();
                findings.Take(ShownFindings).ToList().ForEach(Show);
                if (findings.Count > ShownFindings)
                {
                    Say($"    [grey]and {findings.Count - ShownFindings} more in preflight.json[/]");
                }

                break;
            case CutoverRunbook.Verify when run?.Run.Verification.Found is { } verification && !ShowsChecks:
                var file = run.Run.Evidence.PathOf("verification.json");
                VerificationScreen.ShowDifferences(console, verification, file);
                break;
        }
    }

    /// <summary>What preflight found: kind, place, rows and example keys.</summary>
    private void Show(Finding finding)
    {
        var (mark, colour) = Style(finding.Verdict);
        var rows = finding.Rows is { } count
            ? $" ({count:N0} rows{(finding.Examples.Count > 0 ? $", as {string.Join("; ", finding.Examples)}" : "")})"
            : "";
        Say(
            $"    [{colour}]{mark}[/] {Markup.Escape($"{finding.Subject}: {finding.Message}{rows}")} "
                + $"[grey]{finding.Code}[/]"
        );
    }

    private void Report(string value)
    {
        lock (gate)
        {
            var live = console.Profile.Out.IsTerminal;
            if (sinceShown.Elapsed < (live ? LiveInterval : PlainInterval))
            {
                return;
            }

            sinceShown.Restart();
            var line = $"  … {title}: {value} ({sinceStarted.Elapsed.TotalSeconds:0} s)";
            if (live)
            {
                Overwrite(line);
            }
            else
            {
                console.WriteLine(line);
            }
        }
    }

    private void Begin(string what)
    {
        lock (gate)
        {
            title = what;
            sinceStarted.Restart();
            sinceShown.Restart();
            if (console.Profile.Out.IsTerminal)
            {
                Overwrite($"  … {what}");
            }
        }
    }

    private void End(Verdict verdict, string summary, double seconds) =>
        Say(Ended("  ", verdict, $"{title}: {summary}", seconds));

    private static string Ended(string indent, Verdict verdict, string text, double seconds)
    {
        var (mark, colour) = Style(verdict);
        return $"{indent}[{colour}]{mark}[/] {Markup.Escape(Printable.Of(text))} [grey]{seconds:0.0} s[/]";
    }

    private void Say(string markup)
    {
        lock (gate)
        {
            CloseLine();
            console.MarkupLine(markup);
        }
    }

    private void CloseLine()
    {
        if (lineIsOpen)
        {
            Overwrite("");
            console.Write("\r");
            lineIsOpen = false;
        }
    }

    private void Overwrite(string line)
    {
        var width = Math.Max(20, console.Profile.Width - 1);
        console.Write("\r" + (line.Length > width ? line[..width] : line.PadRight(width)));
        lineIsOpen = true;
    }
}
