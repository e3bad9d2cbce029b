using System.Text;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;

namespace FreshTrack.Cutover.Board;

/// <summary>Writes what the board showed of every phase as text: <c>logs/phase-N.log</c>, a line for each start, end
/// and second of progress.</summary>
public sealed class PhaseLogs(EvidenceFolder evidence, TimeProvider clock) : IRunObserver
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly StringBuilder lines = new();
    private readonly Lock gate = new();
    private long? progressed;

    public void Tell(RunEvent what)
    {
        switch (what)
        {
            case PhaseStarted { Phase: var phase }:
                Line(
                    $"phase {phase.Number}: {phase.Name}, planned {Format.FromZero(phase.PlannedStart)} to "
                        + $"{Format.FromZero(phase.PlannedEnd)}"
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
            case PhaseEnded { Phase: var phase, Timing: var timing }:
                Line($"phase {phase.Number}: over after {timing.ActualSeconds:0.000} s");
                Write(phase);
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

    private void Write(Phase phase)
    {
        lock (gate)
        {
            File.AppendAllText(evidence.PathOf(Path.Combine("logs", $"phase-{phase.Number}.log")), lines.ToString());
            lines.Clear();
        }
    }

    private void Line(string text)
    {
        lock (gate)
        {
            lines.Append($"{clock.GetUtcNow().UtcDateTime:HH:mm:ss.fff} {text.ReplaceLineEndings(" ")}\n");
        }
    }
}
