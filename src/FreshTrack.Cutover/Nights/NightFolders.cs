using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runs;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Nights;

/// <summary>Finds the run of a kind that has not ended, on this machine or in the object store, where another machine
/// left it.</summary>
/// <param name="store">Null where it does not answer: then this machine's folders alone are looked at.</param>
public sealed class NightFolders(string runs, string environment, ObjectStore? store, RunObservers observers)
{
    /// <returns>The run's folder, to be written by this process alone; null where none is unfinished.</returns>
    /// <exception cref="RefusedException">A run here and its mirror tell different stories.</exception>
    public async Task<EvidenceFolder?> UnfinishedAsync(string kind, CancellationToken cancellationToken)
    {
        var here = await RunFolder.FindAsync(runs, kind, environment, cancellationToken);
        var elsewhere = await ElsewhereAsync(kind, here.Select(run => run.Run.RunId).ToHashSet(), cancellationToken);
        var newest = here.Count == 0 ? null : here[0];
        if (elsewhere is not null && (newest is null || string.CompareOrdinal(elsewhere, newest.Run.RunId) > 0))
        {
            return await RestoreAsync(elsewhere, cancellationToken);
        }

        return newest is { IsSealed: false } unfinished
            ? await RestoreAsync(unfinished.Run.RunId, cancellationToken)
            : null;
    }

    /// <summary>The newest run of the kind that is over and passed; null where there is none.</summary>
    public async Task<RunFolder?> FinishedAsync(string kind, CancellationToken cancellationToken) =>
        (await RunFolder.FindAsync(runs, kind, environment, cancellationToken)).FirstOrDefault(run => run.IsSealed);

    private async Task<EvidenceFolder> RestoreAsync(string runId, CancellationToken cancellationToken)
    {
        var evidence = EvidenceFolder.Open(runs, runId);
        try
        {
            var lines = store is null
                ? 0
                : await new JournalMirror(store, runId).RestoreAsync(evidence, cancellationToken);
            observers.Note(
                store is null
                    ? $"run {runId} continues from its journal on this machine"
                    : $"run {runId} continues from line {lines} of its journal"
            );
            return evidence;
        }
        catch
        {
            evidence.Dispose();
            throw;
        }
    }

    /// <returns>The newest unfinished run of the kind that this machine does not know; null where there is
    /// none.</returns>
    private async Task<string?> ElsewhereAsync(string kind, HashSet<string> known, CancellationToken cancellationToken)
    {
        if (store is null)
        {
            return null;
        }

        await store.EnsureBucketAsync(cancellationToken);
        var mirrored = await JournalMirror.RunsAsync(store, cancellationToken);
        foreach (var runId in mirrored.Where(id => id.EndsWith($"-{kind}") && !known.Contains(id)).Reverse())
        {
            var entries = await new JournalMirror(store, runId).EntriesAsync(cancellationToken);
            if (!HasEnded(entries))
            {
                return runId;
            }
        }

        return null;
    }

    private static bool HasEnded(IReadOnlyList<JournalEntry> entries) =>
        entries is [] or [.., { Event: JournalEvent.Followed }]
        || entries[^1] is { Event: JournalEvent.RunEnded, Outcome: nameof(Verdict.Pass) or nameof(Verdict.Warn) };
}
