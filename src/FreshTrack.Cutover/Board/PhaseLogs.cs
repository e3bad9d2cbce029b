using System.Text;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbook;

namespace FreshTrack.Cutover.Board;

/// <summary>Writes what the board showed of every phase as text: <c>logs/phase-N.log</c>, a line for each start, end
/// and second of progress.</summary>
public sealed class PhaseLogs(EvidenceFolder evidence, TimeProvider clock) : IRunObserver
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly StringBuilder lines = new();
    private readonly Lock gate = new();
    private long? progressed;

    public void PhaseStarted(Phase phase) =>
        Line(
            $"phase {phase.Number}: {phase.Name}, planned T+{phase.PlannedStart.TotalMinutes:0} to "
                + $"T+{phase.PlannedEnd.TotalMinutes:0} min"
        );

    public void StepStarted(Step step) => Line($"{step.Id}: {step.Title}");

    public void StepProgressed(Step step, string text)
    {
        if (progressed is null || clock.GetElapsedTime(progressed.Value) >= Interval)
        {
            progressed = clock.GetTimestamp();
            Line($"{step.Id}: … {text}");
        }
    }

    public void StepEnded(Step step, StepTiming timing) =>
        Line($"{step.Id}: {timing.Verdict} after {timing.End - timing.Start:0.000} s: {timing.Summary}");

    public void PhaseEnded(Phase phase, PhaseTiming timing)
    {
        Line($"phase {phase.Number}: over after {timing.ActualSeconds:0.000} s");
        lock (gate)
        {
            File.WriteAllText(evidence.PathOf(Path.Combine("logs", $"phase-{phase.Number}.log")), lines.ToString());
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
