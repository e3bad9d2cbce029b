using System.Text.Json;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Migration.Freezing;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Nights;

/// <summary>An earlier run that this one follows: the cutover that a rollback takes back.</summary>
public sealed record FollowedRun(string Id, string Folder, IReadOnlyList<JournalEntry> Journal)
{
    /// <summary>The verification of the cutover has passed, so what is missing in the target was deleted
    /// there.</summary>
    public bool IsVerified => Passed(CutoverRunbook.Verify);

    public bool HasMovedTraffic => TrafficState.HasMoved(Journal);

    /// <summary>Where the source stood when it was proven to be frozen; null when it never was.</summary>
    public CutoverPoint? CutoverPoint =>
        Ended(CutoverRunbook.ProveFreeze)?.Output?.Deserialize<CutoverPoint>(EvidenceJson.Options);

    /// <exception cref="RefusedException">The journal was edited.</exception>
    public static async Task<FollowedRun> ReadAsync(RunFolder folder, CancellationToken cancellationToken) =>
        new(
            folder.Run.RunId,
            folder.Path,
            await JournalFile.ReadAsync(Path.Combine(folder.Path, JournalFile.FileName), cancellationToken)
        );

    /// <summary>The step may have done something.</summary>
    public bool HasBegun(string step) =>
        Journal.Any(entry => entry.Event == JournalEvent.StepStarted && entry.Subject == step);

    private bool Passed(string step) => Ended(step) is { Outcome: nameof(Verdict.Pass) or nameof(Verdict.Warn) };

    private JournalEntry? Ended(string step) =>
        Journal.LastOrDefault(entry => entry.Event == JournalEvent.StepEnded && entry.Subject == step);
}
