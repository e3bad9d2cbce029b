using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Snapshots;
using FreshTrack.Migration;
using FreshTrack.Migration.Exporting;
using FreshTrack.Migration.Parts;

namespace FreshTrack.Cutover.Rollback;

/// <summary>What is left when the target is gone: the moment that the source stands at, and the last copies of
/// it.</summary>
internal static class LostTarget
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static async Task<LostData> DescribeAsync(RunContext run, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            return await FindAsync(run, limit.Token);
        }
        catch (Exception e)
            when (e is MigrationException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            // The object store is gone too.
            return new LostData(PointOf(run), Export: null, Archive: null);
        }
    }

    private static DateTimeOffset? PointOf(RunContext run) => (run.CutoverPoint.Found ?? run.Follows?.CutoverPoint)?.At;

    private static async Task<LostData> FindAsync(RunContext run, CancellationToken cancellationToken)
    {
        var store = run.Environment.ObjectStore;
        var newest = await StoredRun.NewestAsync(store, cancellationToken);
        var manifest = newest is { IsExported: true }
            ? await Exporter.FindAsync(store, newest.Id, cancellationToken)
            : null;
        var archive = await NewestArchiveAsync(store, cancellationToken);
        return new LostData(
            PointOf(run) ?? archive?.TakenAt ?? manifest?.SnapshotAt,
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
