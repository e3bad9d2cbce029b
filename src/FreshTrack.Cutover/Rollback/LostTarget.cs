using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runs;
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
        return
            await StoredRun.NewestAsync(store, cancellationToken) is { IsExported: true, Id: var id }
            && await Exporter.FindAsync(store, id, cancellationToken) is { } manifest
            ? new LostData(manifest.SnapshotAt, Manifest.KeyOf(id), Archive: null)
            : new LostData(null, null, null);
    }
}
