using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Nights;

/// <summary>An earlier run that this one follows: the cutover that a rollback takes back.</summary>
public sealed record FollowedRun(string Id, string Folder, IReadOnlyList<JournalEntry> Journal)
{
    /// <summary>The verification of the cutover has passed, so what is missing in the target was deleted
    /// there.</summary>
    public bool IsVerified => Passed(CutoverRunbook.Verify);

    public bool HasMovedTraffic => TrafficState.HasMoved(Journal);

    /// <exception cref="RefusedException">The journal was edited.</exception>
    public static async Task<FollowedRun> ReadAsync(RunFolder folder, CancellationToken cancellationToken) =>
        new(
            folder.Run.RunId,
            folder.Path,
            await JournalFile.ReadAsync(Path.Combine(folder.Path, JournalFile.FileName), cancellationToken)
        );

    private bool Passed(string step) =>
        Journal.LastOrDefault(entry => entry.Event == JournalEvent.StepEnded && entry.Subject == step)
            is { Outcome: nameof(Verdict.Pass) or nameof(Verdict.Warn) };
}
