using System.Text.Json;
using System.Text.Json.Serialization;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Migration;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Nights;

/// <param name="Seconds">Without the time in which people are asked.</param>
public sealed record StepForecast(string Id, double Seconds);

public sealed record PhaseForecast(int Number, IReadOnlyList<StepForecast> Steps)
{
    [JsonIgnore]
    public double Seconds => Steps.Sum(step => step.Seconds);
}

/// <summary>How long a procedure is expected to take: what a rehearsal took, and for steps that read or write every row
/// in proportion to the rows.</summary>
public sealed record Forecast(IReadOnlyList<PhaseForecast> Phases)
{
    private const int WindowMinutes = 5;

    /// <summary>Their time grows with the rows.</summary>
    private static readonly HashSet<string> OfData =
    [
        "freeze.snapshot",
        CutoverRunbook.Export,
        CutoverRunbook.VerifyExport,
        CutoverRunbook.MapUsers,
        CutoverRunbook.Import,
        CutoverRunbook.IndexWebhooks,
        CutoverRunbook.Verify,
    ];

    [JsonIgnore]
    public double Seconds => Phases.Sum(phase => phase.Seconds);

    /// <summary>Steps that the rehearsal did not have count nothing.</summary>
    /// <param name="rehearsed">Of the rehearsal, with the rows that it moved.</param>
    /// <param name="rows">To be moved now.</param>
    /// <param name="rates">Of the export that the final check tried; null leaves the rehearsal's.</param>
    public static Forecast Of(
        Runbook runbook,
        Timeline rehearsed,
        long rehearsedRows,
        long rows,
        ExportRates? rates = null
    )
    {
        var took = rehearsed
            .Phases.SelectMany(phase => phase.Steps)
            .GroupBy(step => step.Id)
            .ToDictionary(steps => steps.Key, steps => steps.Last().End - steps.Last().Start);
        var share = rehearsedRows > 0 ? (double)rows / rehearsedRows : 1;
        return new Forecast([
            .. runbook.Phases.Select(phase => new PhaseForecast(
                phase.Number,
                [.. phase.Steps.Select(step => new StepForecast(step.Id, Math.Round(SecondsOf(step.Id), 3)))]
            )),
        ]);

        double SecondsOf(string step) =>
            step == CutoverRunbook.Export && rates is { Rows: > 0, Seconds: > 0 }
                ? rows * rates.Seconds / rates.Rows
                : took.GetValueOrDefault(step) * (OfData.Contains(step) ? share : 1);
    }

    /// <summary>The forecast that a run began with; null when it began without one.</summary>
    public static Forecast? Find(IEnumerable<JournalEntry> journal) =>
        journal
            .FirstOrDefault(entry => entry.Event == JournalEvent.Forecast)
            ?.Output.Deserialize<Forecast>(EvidenceJson.Options);

    /// <summary>Seconds that are left of it: those of the steps that have neither passed nor been skipped.</summary>
    public double LeftAfter(IReadOnlyList<JournalEntry> journal)
    {
        var done = new HashSet<string>();
        foreach (var entry in journal)
        {
            if (entry.Event == JournalEvent.StepStarted)
            {
                done.Remove(entry.Subject);
            }
            else if (
                entry
                is { Event: JournalEvent.StepSkipped }
                    or {
                        Event: JournalEvent.StepEnded or JournalEvent.StepRestored,
                        Outcome: nameof(Verdict.Pass) or nameof(Verdict.Warn)
                    }
            )
            {
                done.Add(entry.Subject);
            }
        }

        return Phases.SelectMany(phase => phase.Steps).Where(step => !done.Contains(step.Id)).Sum(step => step.Seconds);
    }

    /// <summary>Gives a phase whose forecast exceeds its window a longer one, in whole five minutes; later phases and
    /// their steps move with it. No window becomes shorter, and what is before T-0 stays.</summary>
    public Runbook Replan(Runbook runbook)
    {
        var seconds = Phases.ToDictionary(phase => phase.Number, phase => phase.Seconds);
        var shift = TimeSpan.Zero;
        var phases = new List<Phase>();
        foreach (var phase in runbook.Phases)
        {
            var planned = phase.PlannedEnd - phase.PlannedStart;
            var window =
                phase.PlannedStart < TimeSpan.Zero
                    ? planned
                    : TimeSpan.FromTicks(
                        Math.Max(planned.Ticks, WindowOf(seconds.GetValueOrDefault(phase.Number)).Ticks)
                    );
            phases.Add(Move(phase, shift, window));
            shift += window - planned;
        }

        return runbook with
        {
            Phases = phases,
        };
    }

    private static TimeSpan WindowOf(double seconds) =>
        TimeSpan.FromMinutes(Math.Ceiling(seconds / 60 / WindowMinutes) * WindowMinutes);

    /// <summary>A step's due minute keeps its place within the window.</summary>
    private static Phase Move(Phase phase, TimeSpan shift, TimeSpan window)
    {
        var start = phase.PlannedStart + shift;
        var stretch = window / (phase.PlannedEnd - phase.PlannedStart);
        return phase with
        {
            PlannedStart = start,
            PlannedEnd = start + window,
            Steps =
            [
                .. phase.Steps.Select(step =>
                    step.Due is { } due ? step with { Due = start + ((due - phase.PlannedStart) * stretch) } : step
                ),
            ],
        };
    }
}
