using FreshTrack.Migration.Parts;
using FreshTrack.Plan;

namespace FreshTrack.Migration.Exporting;

/// <summary>A run as the object store knows it: the place where a later process finds what to go on with.</summary>
/// <param name="IsExported">Whether its manifest is there.</param>
public sealed record StoredRun(string Id, string PlanHash, bool IsExported)
{
    /// <summary>The newest run of which the store holds anything, a move's or a rehearsal's.</summary>
    /// <exception cref="RefusedException">The newest run's manifest was edited.</exception>
    public static async Task<StoredRun?> NewestAsync(ObjectStore store, CancellationToken cancellationToken)
    {
        await store.EnsureBucketAsync(cancellationToken);
        var folders = new SortedSet<string>();
        await foreach (var key in store.ListAsync("runs/", cancellationToken))
        {
            if (key.Split('/') is [_, var id, "manifest.json" or "export.json"] && BeginsWithTime(id))
            {
                folders.Add(id);
            }
        }

        if (folders.Max is not { } newest)
        {
            return null;
        }

        return await Exporter.FindAsync(store, newest, cancellationToken) is { } manifest
                ? new StoredRun(newest, manifest.PlanHash, IsExported: true)
            : await ExportHeader.FindAsync(store, newest, cancellationToken) is { } header
                ? new StoredRun(newest, header.PlanHash, IsExported: false)
            : null;
    }

    // 20260115T021500.123Z-rehearsal: ids sort by time.
    private static bool BeginsWithTime(string id) => id is [>= '0' and <= '9', .., _] && id.IndexOf("Z-") == 19;
}
