using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Nights;

/// <summary>A run to be read: its folder on this machine or, where the object store has more of its journal, what lies
/// there, for as long as this object lives.</summary>
internal sealed class OpenedRun : IDisposable
{
    private readonly EvidenceFolder? restored;

    private OpenedRun(string folder, IReadOnlyList<JournalEntry> journal, EvidenceFolder? restored) =>
        (Folder, Journal, this.restored) = (folder, journal, restored);

    public string Folder { get; }

    public IReadOnlyList<JournalEntry> Journal { get; }

    /// <summary>This machine has less of it than the object store.</summary>
    public bool IsElsewhere => restored is not null;

    public bool HasPassed =>
        Journal.LastOrDefault(entry => entry.Event == JournalEvent.RunEnded)
            is { Outcome: nameof(Verdict.Pass) or nameof(Verdict.Warn) } ended
        && !Journal.Any(entry => entry.Event == JournalEvent.RunResumed && entry.Sequence > ended.Sequence);

    /// <param name="runs">The folder of all runs.</param>
    /// <returns>Null where neither this machine nor the object store has a journal of it.</returns>
    /// <exception cref="RefusedException">A journal was edited, or those of this machine and of the store are of
    /// different runs.</exception>
    public static async Task<OpenedRun?> OpenAsync(
        string runs,
        ObjectStore store,
        TimeProvider clock,
        string runId,
        CancellationToken cancellationToken
    )
    {
        var folder = Path.Combine(runs, runId);
        var path = Path.Combine(folder, JournalFile.FileName);
        IReadOnlyList<JournalEntry> here = File.Exists(path)
            ? await JournalFile.ReadAsync(path, cancellationToken)
            : [];
        var mirror = new JournalMirror(store, runId);
        var there = await mirror.EntriesAsync(cancellationToken);
        if (
            here.Zip(there).FirstOrDefault(pair => pair.First.Previous != pair.Second.Previous) is
            { First: { } differs }
        )
        {
            throw new RefusedException(
                $"The journal of run {runId} on this machine and the one in {store} differ before line "
                    + $"{differs.Sequence}: they are of different runs. Put aside the folder {folder} when the store's "
                    + "is right, and run again."
            );
        }

        if (here.Count >= there.Count)
        {
            return here.Count == 0 ? null : new OpenedRun(folder, here, restored: null);
        }

        var copy = EvidenceFolder.CreateTemporary("mirror", clock.GetUtcNow());
        try
        {
            await mirror.RestoreAsync(copy, cancellationToken);
            return new OpenedRun(copy.Path, there, copy);
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    public bool Passed(string step) =>
        Journal.LastOrDefault(entry => entry.Event == JournalEvent.StepEnded && entry.Subject == step)
            is { Outcome: nameof(Verdict.Pass) or nameof(Verdict.Warn) };

    public void Dispose() => restored?.Dispose();
}
