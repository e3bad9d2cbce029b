using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Snapshots;
using FreshTrack.Migration.Exporting;
using FreshTrack.Migration.Parts;

namespace FreshTrack.Cutover.Rollback;

/// <summary>What is left when the target is gone: the moment that the source stands at, and the last copies of
/// it.</summary>
internal static class LostTarget
{
    public static async Task<LostData> DescribeAsync(RunContext run, CancellationToken cancellationToken)
    {
        var store = run.Environment.ObjectStore;
        var newest = await StoredRun.NewestAsync(store, cancellationToken);
        var manifest = newest is { IsExported: true }
            ? await Exporter.FindAsync(store, newest.Id, cancellationToken)
            : null;
        var archive = await NewestArchiveAsync(store, cancellationToken);
        return new LostData(
            (run.CutoverPoint.Found ?? run.Follows?.CutoverPoint)?.At ?? archive?.TakenAt ?? manifest?.SnapshotAt,
            manifest is null ? null : Manifest.KeyOf(manifest.RunId),
            archive is null ? null : Snapshot.KeyOf(archive.RunId)
        );
    }

    private static async Task<Snapshot?> NewestArchiveAsync(ObjectStore store, CancellationToken cancellationToken)
    {
        string? newest = null;
        await foreach (var key in store.ListAsync("snapshots/", cancellationToken))
        {
            // Ids of runs begin with their time.
            if (key.EndsWith("/snapshot.json") && string.CompareOrdinal(key, newest) > 0)
            {
                newest = key;
            }
        }

        return newest is not null && await store.ReadAsync(newest, cancellationToken) is { } list
            ? Snapshot.FromJson(list, newest)
            : null;
    }
}
