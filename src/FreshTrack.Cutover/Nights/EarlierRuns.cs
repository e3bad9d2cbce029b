using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Nights;

/// <summary>Reads what became of a run, from the folders of this machine and from the object store: whichever holds
/// more of a journal.</summary>
/// <param name="runs">The folder of all runs.</param>
public sealed class EarlierRuns(string runs, ObjectStore store, TimeProvider clock)
{
    private const string Report = "rollback.json";

    /// <returns>Null where neither this machine nor the object store has a journal of it.</returns>
    /// <exception cref="RefusedException">A journal was edited, or those of this machine and of the store are of
    /// different runs.</exception>
    public async Task<EarlierRun?> FindAsync(string runId, CancellationToken cancellationToken)
    {
        using var found = await OpenAsync(runId, cancellationToken);
        return found is null
            ? null
            : new EarlierRun(
                new FollowedRun(runId, Path.Combine(runs, runId), found.Journal),
                await WayBackAsync(runId, found, cancellationToken)
            );
    }

    /// <summary>A rollback that is over decides, whatever others began.</summary>
    private async Task<WayBack?> WayBackAsync(string runId, OpenedRun followed, CancellationToken cancellationToken)
    {
        // A rehearsal returns within its own journal.
        if (followed.Passed(RollbackRunbook.Lift))
        {
            return new WayBack(runId, IsOver: true, await LeftAsync(followed.Folder, cancellationToken));
        }

        WayBack? begun = null;
        foreach (var id in await RollbacksAsync(cancellationToken))
        {
            using var back = await OpenAsync(id, cancellationToken);
            if (back is null || await FollowsAsync(back.Folder, cancellationToken) != runId)
            {
                continue;
            }

            if (back.HasPassed)
            {
                return new WayBack(id, IsOver: true, await LeftAsync(back.Folder, cancellationToken));
            }

            begun ??= new WayBack(id, IsOver: false, Left: null);
        }

        return begun;
    }

    /// <summary>Newest first.</summary>
    private async Task<IReadOnlyList<string>> RollbacksAsync(CancellationToken cancellationToken)
    {
        const string ending = $"-{ProcedureKinds.Rollback}";
        var here = Directory.Exists(runs)
            ? Directory.GetDirectories(runs, $"*{ending}").Select(path => Path.GetFileName(path))
            : [];
        var there = await JournalMirror.RunsAsync(store, cancellationToken);
        return [.. here.Union(there.Where(id => id.EndsWith(ending))).OrderDescending(StringComparer.Ordinal)];
    }

    private Task<OpenedRun?> OpenAsync(string runId, CancellationToken cancellationToken) =>
        OpenedRun.OpenAsync(runs, store, clock, runId, cancellationToken);

    private static async Task<string?> FollowsAsync(string folder, CancellationToken cancellationToken) =>
        File.Exists(Path.Combine(folder, "run.json"))
            ? (await RunEvidence.DescribeAsync(folder, cancellationToken)).Follows
            : null;

    /// <returns>Null where the repeated difference was never computed.</returns>
    private static async Task<long?> LeftAsync(string folder, CancellationToken cancellationToken) =>
        (await EvidenceFile.FindAsync<RollbackReport>(folder, Report, cancellationToken))?.Repeated?.Sum(table =>
            table.Rows
        );
}
