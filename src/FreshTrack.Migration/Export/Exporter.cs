using System.Collections.Concurrent;
using FreshTrack.Migration.Freezing;
using FreshTrack.Migration.Parts;
using FreshTrack.Migration.Preflighting;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Exporting;

/// <summary>Reads every table of the plan under one snapshot and
/// leaves it in the object store as parts and a manifest.</summary>
public sealed class Exporter(NpgsqlDataSource source, ObjectStore store, TimeProvider time)
{
    /// <summary>Exports what the run has not exported yet; a finished run's manifest is returned as it is. Lost
    /// connections are tried again.</summary>
    /// <exception cref="RefusedException">The source is not frozen or has changed since the run began, or rows under
    /// the snapshot do not fit the target.</exception>
    /// <exception cref="MigrationException">The source or the object
    /// store failed on the way; the same run can be resumed.</exception>
    public Task<Manifest> RunAsync(
        ResolvedPlan plan,
        MoveOptions options,
        IProgress<MoveProgress>? progress,
        CancellationToken cancellationToken
    ) => Retry.RunAsync(stop => AttemptAsync(plan, options, progress, stop), time, cancellationToken);

    /// <summary>The manifest of a finished export; null when there is none yet.</summary>
    /// <exception cref="RefusedException">The manifest was edited.</exception>
    public static async Task<Manifest?> FindAsync(ObjectStore store, string runId, CancellationToken cancellationToken)
    {
        var key = Manifest.KeyOf(runId);
        return await store.ReadAsync(key, cancellationToken) is { } content
            ? Manifest.FromJson(content, key).Verify()
            : null;
    }

    private async Task<Manifest> AttemptAsync(
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
            stop => FinishAsync(plan, options, held.Session, progress, stop),
            cancellationToken
        );
    }

    private async Task<Manifest> FinishAsync(
        ResolvedPlan plan,
        MoveOptions options,
        string session,
        IProgress<MoveProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var state = await SourceGuard.FrozenAsync(source, plan.Plan, cancellationToken);
        if (await FindAsync(store, options.RunId, cancellationToken) is not { } finished)
        {
            return await ExportAsync(plan, options, state, session, progress, cancellationToken);
        }

        SourceGuard.RefuseChanges(options.RunId, finished.Source, state);
        if (await IsWholeAsync(finished, cancellationToken))
        {
            await store.DeleteAsync(ExportHeader.KeyOf(options.RunId), cancellationToken);
            return finished;
        }

        // Parts were lost since. The source is unchanged, so that their chunks are exported again as they were.
        await ExportHeader.Of(finished).WriteAsync(store, cancellationToken);
        await store.DeleteAsync(Manifest.KeyOf(options.RunId), cancellationToken);
        return await ExportAsync(plan, options, state, session, progress, cancellationToken);
    }

    private async Task<bool> IsWholeAsync(Manifest manifest, CancellationToken cancellationToken)
    {
        var keys = await store
            .ListAsync(Manifest.FolderOf(manifest.RunId), cancellationToken)
            .ToHashSetAsync(cancellationToken: cancellationToken);
        return manifest.Parts.All(part => keys.Contains(part.Key));
    }

    private async Task<Manifest> ExportAsync(
        ResolvedPlan plan,
        MoveOptions options,
        SourceState state,
        string session,
        IProgress<MoveProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var catalog = await Catalog.ReadAsync(source, cancellationToken);
        var begun = await ExportHeader.FindAsync(store, options.RunId, cancellationToken);
        var chunks = ChunkPlanner.Plan(plan, catalog, begun?.PagesPerChunk ?? options.PagesPerChunk);
        var slices = ExportHeader.Hash(chunks);
        await using var snapshot = await ExportSnapshot.TakeAsync(source, session, cancellationToken);
        if (begun is null)
        {
            begun = new ExportHeader(
                options.RunId,
                plan.Plan.Hash,
                time.GetUtcNow(),
                options.PagesPerChunk,
                slices,
                state
            );
            await begun.WriteAsync(store, cancellationToken);
        }

        begun.RefuseOthers(plan, slices);
        SourceGuard.RefuseChanges(options.RunId, begun.Source, state);
        var finished = await FinishedChunks.FindAsync(store, options.RunId, chunks, cancellationToken);
        var parts = new ConcurrentBag<ManifestPart>(finished.Values.SelectMany(part => part));
        var activity = new ActivityProgress(
            "export",
            plan.Tables.Sum(table => catalog.Tables[table.Source].Rows),
            progress,
            time
        );
        activity.Begin(parts.Sum(part => part.Rows));
        var queue = new ConcurrentQueue<Chunk>(chunks.Where(chunk => !finished.ContainsKey(chunk)));
        IReadOnlyList<ManifestTable> tables = [];
        await Workers.RunAsync(
            [stop => Workers.DrainAsync(queue, options.Workers, Work, stop), Check],
            cancellationToken
        );

        // What is still unnamed now are pieces of chunks that an earlier attempt did not finish.
        await SweepAsync(
            options.RunId,
            parts.Select(part => part.Key).Append(ExportHeader.KeyOf(options.RunId)).ToHashSet(),
            cancellationToken
        );
        var manifest = new Manifest(options.RunId, plan.Plan.Hash, begun.BegunAt, tables, InPlanOrder(plan, parts))
        {
            Source = begun.Source,
            PagesPerChunk = begun.PagesPerChunk,
            Slices = slices,
        }.Seal();
        await store.PutAsync(Manifest.KeyOf(options.RunId), manifest.ToJson(), cancellationToken);
        await store.DeleteAsync(ExportHeader.KeyOf(options.RunId), cancellationToken);
        return manifest;

        async Task Work(CancellationToken stop)
        {
            await using var worker = new ChunkExport(
                await snapshot.JoinAsync(stop),
                store,
                Manifest.FolderOf(options.RunId)
            );
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

        async Task Check(CancellationToken stop)
        {
            await CheckAsync(snapshot, plan, stop);
            tables = await TableRanges.ReadAsync(snapshot.Holder, plan, stop);
        }
    }

    /// <exception cref="RefusedException">Rows under the snapshot do not fit the target.</exception>
    internal static async Task CheckAsync(
        ExportSnapshot snapshot,
        ResolvedPlan plan,
        CancellationToken cancellationToken
    )
    {
        var findings = await RowCheck.FindAsync(snapshot.Holder, plan, cancellationToken);
        if (findings.FirstOrDefault(finding => finding.Verdict == Verdict.Fail) is { } failed)
        {
            throw new RefusedException(
                $"{failed.Subject}: {failed.Message} ({failed.Rows} rows, as {string.Join(", ", failed.Examples)}). "
                    + "Correct the plan or the rows, then run preflight again."
            );
        }
    }

    private static List<ManifestPart> InPlanOrder(ResolvedPlan plan, IEnumerable<ManifestPart> parts)
    {
        var order = plan.Tables.Select(table => table.Target.ToString()).Distinct().ToList();
        return [.. parts.OrderBy(part => order.IndexOf(part.Table)).ThenBy(part => part.Key)];
    }

    private async Task SweepAsync(string runId, HashSet<string> named, CancellationToken cancellationToken)
    {
        await foreach (
            var key in store.ListAsync(Manifest.FolderOf(runId), cancellationToken).Where(key => !named.Contains(key))
        )
        {
            await store.DeleteAsync(key, cancellationToken);
        }
    }
}
