using System.Collections.Concurrent;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Importing;

/// <param name="Parts">Parts imported now; <paramref name="Skipped"/> were there already.</param>
public sealed record ImportResult(long Rows, int Parts, int Skipped, TimeSpan Elapsed);

/// <summary>Brings the parts of a manifest into the target, then indexes, keys, sequences and statistics. A run that
/// was cut off goes on where it stood.</summary>
public sealed class Importer(NpgsqlDataSource target, ObjectStore store, TimeProvider time)
{
    /// <exception cref="RefusedException">Another run holds the target, its tables are not empty, or manifest and plan
    /// do not belong together.</exception>
    /// <exception cref="MigrationException">A part or the target
    /// failed on the way; the same run can be resumed.</exception>
    public Task<ImportResult> RunAsync(
        ResolvedPlan plan,
        Manifest manifest,
        MoveOptions options,
        IProgress<MoveProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        RefuseStrangers(plan, manifest.Verify());
        return Retry.RunAsync(
            async attempt =>
            {
                await using var held = await RunLock.AcquireAsync(target, RunLock.Import, options.RunId, time, attempt);
                return await held.HoldAsync(
                    stop => ImportAsync(plan, manifest, options, held.Session, progress, stop),
                    attempt
                );
            },
            time,
            cancellationToken
        );
    }

    /// <summary>The keys, indexes and triggers of the target that an import took off and has not put back, whichever
    /// run's.</summary>
    public static Task<IReadOnlyList<string>> FindDroppedAsync(
        NpgsqlDataSource target,
        CancellationToken cancellationToken
    ) => DroppedObjects.FindAsync(target, cancellationToken);

    private async Task<ImportResult> ImportAsync(
        ResolvedPlan plan,
        Manifest manifest,
        MoveOptions options,
        string session,
        IProgress<MoveProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var started = time.GetTimestamp();
        await RefuseChangedTargetAsync(plan, cancellationToken);
        await using var connection = await Sessions.OpenAsync(target, session, cancellationToken);
        await Ledger.EnsureAsync(connection, cancellationToken);
        var pending = await PendingAsync(connection, plan, manifest, cancellationToken);
        if (pending.Count > 0)
        {
            await TargetPartitions.CreateAsync(connection, manifest.RunId, manifest.Tables, cancellationToken);
            await DroppedObjects.DropAsync(connection, plan.Tables.Select(table => table.Target), cancellationToken);
            var activity = new ActivityProgress("import", manifest.Rows, progress, time);
            activity.Begin(manifest.Rows - pending.Sum(part => part.Rows));
            await CopyAsync(plan, pending, options, session, activity, cancellationToken);
        }

        await new DroppedObjects(target, session, time).RecreateAsync(options.Workers, progress, cancellationToken);
        await new ImportFinish(target, session).RunAsync(plan, options.Workers, cancellationToken);
        return new ImportResult(
            pending.Sum(part => part.Rows),
            pending.Count,
            manifest.Parts.Count - pending.Count,
            time.GetElapsedTime(started)
        );
    }

    /// <summary>A manifest of another plan, or of the same plan
    /// over a target that has changed, fits no columns.</summary>
    private static void RefuseStrangers(ResolvedPlan plan, Manifest manifest)
    {
        if (manifest.PlanHash != plan.Plan.Hash)
        {
            throw new RefusedException(
                $"The manifest of run '{manifest.RunId}' was exported "
                    + $"with another plan file ({manifest.PlanHash[..12]}… instead of {plan.Plan.Hash[..12]}…). "
                    + "Import with that plan, or export again."
            );
        }

        var columns = manifest.Tables.ToDictionary(table => (table.Source, table.Target), table => table.Columns);
        foreach (var table in plan.Tables)
        {
            if (
                !columns.TryGetValue((table.Source.ToString(), table.Target.ToString()), out var exported)
                || !Manifest.Describe(table).SequenceEqual(exported)
            )
            {
                throw new RefusedException(
                    $"The columns of {table.Target} have changed since run '{manifest.RunId}' was exported. "
                        + "Begin again with --restart."
                );
            }
        }
    }

    /// <summary>A column that has become narrower since preflight would take the rows, and round or cut them.</summary>
    private async Task RefuseChangedTargetAsync(ResolvedPlan plan, CancellationToken cancellationToken)
    {
        var catalog = await Catalog.ReadAsync(target, cancellationToken);
        foreach (var table in plan.Tables)
        {
            foreach (var column in table.Columns)
            {
                var now = catalog.Tables.GetValueOrDefault(table.Target)?.Column(column.Target)?.Type;
                if (now != column.Type)
                {
                    throw new RefusedException(
                        $"{table.Target}.{column.Target} was {column.Type} at preflight and is {now ?? "gone"} now: "
                            + "the target has changed. Run preflight again."
                    );
                }
            }
        }
    }

    private static async Task<List<ManifestPart>> PendingAsync(
        NpgsqlConnection connection,
        ResolvedPlan plan,
        Manifest manifest,
        CancellationToken cancellationToken
    )
    {
        var imported = await Ledger.ImportedAsync(connection, manifest.RunId, cancellationToken);
        var pending = new List<ManifestPart>();
        var begun = new HashSet<string>();
        foreach (var part in manifest.Parts)
        {
            if (!imported.TryGetValue(part.Key, out var hash))
            {
                pending.Add(part);
            }
            else if (hash == part.Sha256)
            {
                begun.Add(part.Table);
            }
            else
            {
                throw new RefusedException(
                    $"Part '{part.Key}' is in the target's ledger with SHA-256 {hash}, but the manifest "
                        + $"says {part.Sha256}: they are of different exports. Empty the target or use a new run id."
                );
            }
        }

        foreach (
            var table in plan
                .Tables.Select(table => table.Target)
                .Distinct()
                .Where(table => !begun.Contains(table.ToString()))
        )
        {
            if (
                await connection.ScalarAsync<bool>(
                    Sql.Format($"select exists (select from {table})"),
                    cancellationToken
                )
            )
            {
                throw new RefusedException(
                    $"The target table {table} has rows that run '{manifest.RunId}' did not write. "
                        + "Empty it, or name the run that is to be resumed."
                );
            }
        }

        return pending;
    }

    private async Task CopyAsync(
        ResolvedPlan plan,
        List<ManifestPart> pending,
        MoveOptions options,
        string session,
        ActivityProgress activity,
        CancellationToken cancellationToken
    )
    {
        var tables = plan.Tables.ToDictionary(table => (table.Source.ToString(), table.Target.ToString()));
        var queue = new ConcurrentQueue<ManifestPart>(pending);
        await Workers.DrainAsync(queue, options.Workers, WorkAsync, cancellationToken);

        async Task WorkAsync(CancellationToken stop)
        {
            var connection = await Sessions.OpenAsync(target, session, stop);
            // A later commit of the same run flushes these too, and the ledger dies with the rows.
            await connection.ExecuteAsync(new Sql("set synchronous_commit = off"), stop);
            await using var worker = new PartImport(connection, store, options.RunId, time);
            // Two buffers, used again and again: one is written while the other fills.
            var buffers = new Queue<MemoryStream>([new MemoryStream(), new MemoryStream()]);
            var next = Fetch();
            while (next is { } current)
            {
                var content = await current.Content;
                next = Fetch();
                await worker.RunAsync(tables[(current.Part.Source, current.Part.Table)], current.Part, content, stop);
                buffers.Enqueue(content);
                activity.Add(current.Part.Table, current.Part.Rows, current.Part.Bytes);
            }

            // The part after the current one is on its way while the current one is written.
            (ManifestPart Part, Task<MemoryStream> Content)? Fetch() =>
                queue.TryDequeue(out var part) ? (part, worker.FetchAsync(part, buffers.Dequeue(), stop)) : null;
        }
    }
}
