using System.Text;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runs;

namespace FreshTrack.Cutover.Board;

/// <summary>Writes what the board showed of every phase as text: <c>logs/phase-N.log</c>, a line for each start, end
/// and second of progress. A line is in the file as soon as it is told.</summary>
public sealed class PhaseLogs(EvidenceFolder evidence, TimeProvider clock) : IRunObserver
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // What the disk has not taken yet: lines before the first phase, and all of them while the disk is full.
    private readonly StringBuilder lines = new();
    private readonly Lock gate = new();
    private long? progressed;
    private int? phase;

    public void Tell(RunEvent what)
    {
        switch (what)
        {
            case PhaseStarted { Phase: var started }:
                phase = started.Number;
                Line(
                    $"phase {started.Number}: {started.Name}, planned {Format.FromZero(started.PlannedStart)} to "
                        + $"{Format.FromZero(started.PlannedEnd)}"
                );
                break;
            case StepStarted { Step: var step }:
                Line($"{step.Id}: {step.Title}");
                break;
            case StepRestored { Step: var step } restored:
                Line($"{step.Id}: restored: {restored.Summary}");
                break;
            case StepProgressed { Step: var step } progressed:
                Progress($"{step.Id}: … {progressed.Progress.Text}");
                break;
            case StepEnded { Step: var step, Timing: var timing }:
                Line($"{step.Id}: {timing.Verdict} after {timing.End - timing.Start:0.000} s: {timing.Summary}");
                break;
            case Noted { Text: var text }:
                Line(text);
                break;
            case PhaseEnded { Phase: var ended, Timing: var timing }:
                Line($"phase {ended.Number}: over after {timing.ActualSeconds:0.000} s");
                // What is told between two phases goes to the next one; after the last the evidence is sealed.
                phase = null;
                break;
        }
    }

    private void Progress(string text)
    {
        if (progressed is null || clock.GetElapsedTime(progressed.Value) >= Interval)
        {
            progressed = clock.GetTimestamp();
            Line(text);
        }
    }

    private void Line(string text)
    {
        lock (gate)
        {
            lines.Append($"{clock.GetUtcNow().UtcDateTime:HH:mm:ss.fff} {text.ReplaceLineEndings(" ")}\n");
            if (phase is { } number)
            {
                File.AppendAllText(evidence.PathOf(Path.Combine("logs", $"phase-{number}.log")), lines.ToString());
                lines.Clear();
            }
        }
    }
}
