using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Nights;

/// <summary>Where a procedure stands, from its journal alone.</summary>
/// <param name="Current">The step that began last and has not passed; null between steps and after the last.</param>
/// <param name="Next">The first step that has not passed; null when all have.</param>
/// <param name="Left">What the forecast leaves to do, without the time in which people are asked; null without a
/// forecast, and when the run is over.</param>
public sealed record NightStatus(
    RunDescription Run,
    NightPhase State,
    string Why,
    Timeline Timeline,
    PlannedStep? Current,
    PlannedStep? Next,
    DateTimeOffset Since,
    bool HasMovedTraffic,
    TimeSpan? Left
)
{
    /// <summary>Reads the run's folder.</summary>
    /// <param name="worker">Who works on the run now; null for nobody.</param>
    /// <exception cref="RefusedException">The journal was edited, or a file cannot be read.</exception>
    public static async Task<NightStatus> ReadAsync(
        RunFolder folder,
        string? worker,
        CancellationToken cancellationToken
    )
    {
        var journal = await JournalFile.ReadAsync(Path.Combine(folder.Path, JournalFile.FileName), cancellationToken);
        var runbook =
            await EvidenceFile.FindAsync<PlannedRunbook>(folder.Path, "runbook.json", cancellationToken)
            ?? throw new RefusedException(
                $"{folder.Path} has no runbook.json, so nothing says what was planned. Run the procedure again."
            );
        return Of(folder, runbook, journal, worker);
    }

    /// <summary>The command that goes on, or comes next.</summary>
    public string Command(string environmentFile) => $"./build.sh {Target} --environment {environmentFile}";

    private string Target =>
        State switch
        {
            NightPhase.Over => Run.Kind switch
            {
                ProcedureKinds.Prepare => "FinalCheck",
                ProcedureKinds.FinalCheck => "Cutover",
                ProcedureKinds.Cutover => "Complete",
                _ => "Status",
            },
            _ => ProcedureKinds.TargetOf(Run.Kind),
        };

    private static NightStatus Of(
        RunFolder folder,
        PlannedRunbook runbook,
        IReadOnlyList<JournalEntry> journal,
        string? worker
    )
    {
        var timeline = Timeline.Of(runbook, journal);
        var steps = runbook.Phases.SelectMany(phase => phase.Steps).ToList();
        var passed = timeline
            .Phases.SelectMany(phase => phase.Steps)
            .Where(step => step.Verdict is Verdict.Pass or Verdict.Warn)
            .Select(step => step.Id)
            .ToHashSet();
        var last = journal.Count == 0 ? null : journal[^1];
        var current = journal.LastOrDefault(entry =>
            entry.Event is JournalEvent.StepStarted or JournalEvent.ConfirmationAsked
        );
        var (state, why) = StateOf(folder, journal, last, worker, timeline);
        return new NightStatus(
            folder.Run,
            state,
            why,
            timeline,
            current is null || passed.Contains(current.Subject)
                ? null
                : steps.FirstOrDefault(step => step.Id == current.Subject),
            steps.FirstOrDefault(step => !passed.Contains(step.Id)),
            last?.At ?? folder.Run.StartedAt,
            TrafficState.HasMoved(journal),
            state == NightPhase.Over || Forecast.Find(journal) is not { } forecast
                ? null
                : TimeSpan.FromSeconds(forecast.LeftAfter(journal))
        );
    }

    private static (NightPhase State, string Why) StateOf(
        RunFolder folder,
        IReadOnlyList<JournalEntry> journal,
        JournalEntry? last,
        string? worker,
        Timeline timeline
    ) =>
        journal.LastOrDefault(entry => entry.Event == JournalEvent.Followed) is { } followed
            ? (NightPhase.Over, $"run {followed.Subject} led back from it")
        : folder.IsSealed ? (NightPhase.Over, "every step is done, and the evidence is sealed")
        : last is { Event: JournalEvent.ConfirmationAsked } asked && worker is not null
            ? (NightPhase.Waiting, $"somebody is asked to confirm: {asked.Detail}")
        : worker is not null ? (NightPhase.Running, $"{worker} works on it")
        : timeline.Stopped is { } stopped ? (NightPhase.Stopped, $"{stopped.Title}: {stopped.Summary}")
        : last is { Event: JournalEvent.RunEnded } ? (NightPhase.Stopped, last.Detail ?? "it was stopped")
        : (NightPhase.Stopped, "its process ended without a word: it was killed, or the machine went down");
}

/// <summary>Whether a procedure is at work.</summary>
public enum NightPhase
{
    Running,

    /// <summary>Somebody is asked.</summary>
    Waiting,

    /// <summary>No process works on it, and steps are left.</summary>
    Stopped,
    Over,
}
