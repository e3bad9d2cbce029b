using System.Collections.Concurrent;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Exporting;

/// <summary>Tries an export on a source that takes writes, from one snapshot, and throws its parts away. They lie below
/// <c>scratch/</c> and have no manifest: nothing that looks for an export finds them.</summary>
public sealed class ScratchExport(NpgsqlDataSource source, ObjectStore store, TimeProvider time)
{
    private const string Root = "scratch/";

    /// <summary>Needs as much room in the store as the export itself. Whatever happens, its parts are deleted; those of
    /// a process that was killed are by the next one.</summary>
    /// <exception cref="RefusedException">Another process exports from the source, or rows do not fit the
    /// target.</exception>
    /// <exception cref="MigrationException">The source or the object store failed.</exception>
    public async Task<ExportRates> RunAsync(
        ResolvedPlan plan,
        MoveOptions options,
        IProgress<MoveProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        await store.EnsureBucketAsync(cancellationToken);
        await using var held = await RunLock.AcquireAsync(
            source,
            RunLock.Export,
            options.RunId,
            time,
            cancellationToken
        );
        return await held.HoldAsync(
            async stop =>
            {
                await SweepAsync(stop);
                try
                {
                    return await MeasureAsync(plan, options, held.Session, progress, stop);
                }
                finally
                {
                    await SweepAsync(CancellationToken.None);
                }
            },
            cancellationToken
        );
    }

    private async Task<ExportRates> MeasureAsync(
        ResolvedPlan plan,
        MoveOptions options,
        string session,
        IProgress<MoveProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var started = time.GetTimestamp();
        var catalog = await Catalog.ReadAsync(source, cancellationToken);
        var queue = new ConcurrentQueue<Chunk>(ChunkPlanner.Plan(plan, catalog, options.PagesPerChunk));
        await using var snapshot = await ExportSnapshot.TakeAsync(source, session, cancellationToken);
        var parts = new ConcurrentBag<ManifestPart>();
        var activity = new ActivityProgress(
            "scratch export",
            plan.Tables.Sum(table => catalog.Tables[table.Source].Rows),
            progress,
            time
        );
        activity.Begin();
        await Workers.RunAsync(
            [
                stop => Workers.DrainAsync(queue, options.Workers, WorkAsync, stop),
                stop => Exporter.CheckAsync(snapshot, plan, stop),
            ],
            cancellationToken
        );
        return new ExportRates(
            options.RunId,
            parts.Sum(part => part.Rows),
            parts.Sum(part => part.RawBytes),
            parts.Sum(part => part.Bytes),
            time.GetElapsedTime(started).TotalSeconds
        );

        async Task WorkAsync(CancellationToken stop)
        {
            await using var worker = new ChunkExport(await snapshot.JoinAsync(stop), store, $"{Root}{options.RunId}/");
            while (queue.TryDequeue(out var chunk))
            {
                foreach (var part in await worker.RunAsync(chunk, stop))
                {
                    parts.Add(part);
                    activity.Add(part.Table, part.Rows, part.Bytes);
                }
            }

            await worker.FlushAsync();
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        await foreach (var key in store.ListAsync(Root, cancellationToken))
        {
            await store.DeleteAsync(key, cancellationToken);
        }
    }
}
