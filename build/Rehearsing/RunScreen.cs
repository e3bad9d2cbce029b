using System.Diagnostics;
using FreshTrack.Cutover.Board;
using FreshTrack.Cutover.Runbook;
using FreshTrack.Plan;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FreshTrack.Build.Rehearsing;

/// <summary>Shows a run on the console: a line for every step that ended, and what the current one is doing
/// meanwhile.</summary>
/// <remarks>On a terminal the current step is one line that is written over; elsewhere it is a plain line every few
/// seconds.</remarks>
public sealed class RunScreen(IAnsiConsole console) : IRunObserver, IProgress<string>
{
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Shows the same work to whoever looks at the board; null without one.</summary>
    public LiveBoard? Board { get; init; }

    private readonly Lock gate = new();
    private readonly Stopwatch sinceShown = Stopwatch.StartNew();
    private readonly Stopwatch sinceStarted = new();
    private string title = "";
    private bool lineIsOpen;

    public void PhaseStarted(Phase phase) =>
        Say(
            $"\n[bold]Phase {phase.Number}: {Markup.Escape(phase.Name)}[/]  [grey]planned "
                + $"T+{phase.PlannedStart.TotalMinutes:0} to T+{phase.PlannedEnd.TotalMinutes:0} min[/]"
        );

    public void PhaseEnded(Phase phase, PhaseTiming timing) { }

    public void StepStarted(Step step) => Begin(step.Title);

    public void StepProgressed(Step step, string text) => Report(text);

    public void StepEnded(Step step, StepTiming timing) =>
        End(timing.Verdict, timing.Summary, timing.End - timing.Start);

    /// <summary>Runs work that is no step of the runbook (building images, filling fixtures) and shows it like
    /// one.</summary>
    public Task<T> ShowAsync<T>(string what, Func<IProgress<string>, Task<T>> work, Func<T, string> summary) =>
        ShowAsync(what, work, result => StepResult.Pass(summary(result)));

    /// <summary>The same for work that comes to a verdict.</summary>
    public async Task<T> ShowAsync<T>(string what, Func<IProgress<string>, Task<T>> work, Func<T, StepResult> outcome)
    {
        Begin(what);
        Board?.WorkStarted(what);
        var watch = Stopwatch.StartNew();
        try
        {
            var result = await work(this);
            var (verdict, summary) = outcome(result);
            End(verdict, summary, watch.Elapsed.TotalSeconds);
            Board?.WorkEnded();
            return result;
        }
        catch (Exception e)
        {
            var reason = e is OperationCanceledException ? "cancelled" : e.Message;
            End(Verdict.Inconclusive, reason, watch.Elapsed.TotalSeconds);
            Board?.WorkEnded(reason);
            throw;
        }
    }

    /// <summary>The same for work that is drawn on a terminal while it goes on.</summary>
    public Task<T> ShowAsync<T, TProgress>(
        string what,
        LiveView<TProgress> view,
        Func<IProgress<TProgress>, Task<T>> work,
        Func<T, string> summary
    ) =>
        ShowAsync(
            what,
            progress =>
                console.Profile.Out.IsTerminal
                    ? DrawAsync(view, work)
                    : work(new Reports<TProgress>(value => progress.Report(view.Line(value)))),
            summary
        );

    /// <summary>A drawing that stays.</summary>
    public void Table(IRenderable drawing)
    {
        lock (gate)
        {
            CloseLine();
            console.Write(drawing);
        }
    }

    /// <summary>A line of its own that stays.</summary>
    public void Note(string text) => Say($"  [yellow]·[/] {Markup.Escape(text)}");

    /// <summary>A part of the work under way that has ended, on a line that stays.</summary>
    public void Part(Verdict verdict, string text, double seconds) => Say(Ended("    ", verdict, text, seconds));

    /// <summary>What preflight found: kind, place, rows and example keys.</summary>
    public void Finding(Finding finding)
    {
        var (mark, colour) = Look(finding.Verdict);
        var rows = finding.Rows is { } count
            ? $" ({count:N0} rows{(finding.Examples.Count > 0 ? $", as {string.Join("; ", finding.Examples)}" : "")})"
            : "";
        Say(
            $"    [{colour}]{mark}[/] {Markup.Escape($"{finding.Subject}: {finding.Message}{rows}")} "
                + $"[grey]{finding.Code}[/]"
        );
    }

    /// <summary>Progress of whatever is under way.</summary>
    public void Report(string value)
    {
        Board?.WorkProgressed(value);
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
        var (mark, colour) = Look(verdict);
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

    private async Task<T> DrawAsync<T, TProgress>(LiveView<TProgress> view, Func<IProgress<TProgress>, Task<T>> work)
    {
        lock (gate)
        {
            CloseLine();
        }

        return await console
            .Live(Text.Empty)
            .AutoClear(enabled: true)
            .StartAsync(drawn =>
                work(
                    new Reports<TProgress>(value =>
                    {
                        Board?.WorkProgressed(view.Line(value));
                        drawn.UpdateTarget(view.Drawing(value));
                    })
                )
            );
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

    public static (string Mark, string Colour) Look(Verdict verdict) =>
        verdict switch
        {
            Verdict.Pass => ("✓", "green"),
            Verdict.Warn => ("!", "yellow"),
            Verdict.Fail => ("✗", "red"),
            _ => ("?", "magenta"),
        };

    /// <summary>Unlike <see cref="Progress{T}"/> at once, and on the thread that reports.</summary>
    private sealed class Reports<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
