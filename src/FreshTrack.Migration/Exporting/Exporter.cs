using System.Collections.Concurrent;
using FreshTrack.Migration.Importing;
using FreshTrack.Migration.Parts;
using FreshTrack.Migration.Preflighting;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Exporting;

/// <summary>Reads every table of the plan under one snapshot and leaves it in the object store as parts and a manifest.</summary>
public sealed class Exporter(NpgsqlDataSource source, ObjectStore store, TimeProvider time)
{
    /// <summary>Exports everything; parts of an earlier, unfinished export of the same run are removed first.</summary>
    /// <exception cref="RefusedException">Rows under the snapshot do not fit the target.</exception>
    /// <exception cref="MigrationException">The source or the object store failed on the way.</exception>
    public async Task<Manifest> RunAsync(ResolvedPlan plan, MoveOptions options, IProgress<MoveProgress>? progress, CancellationToken cancellationToken)
    {
        await store.EnsureBucketAsync(cancellationToken);
        await RemoveLeftoversAsync(options.RunId, cancellationToken);
        await using var snapshot = await ExportSnapshot.TakeAsync(source, $"freshtrack-export {options.RunId}", cancellationToken);
        var taken = time.GetUtcNow();
        var catalog = await Catalog.ReadAsync(source, cancellationToken);
        var chunks = ChunkPlanner.Plan(plan, catalog, options.PagesPerChunk);
        var stage = new StageProgress("export", plan.Tables.Sum(table => catalog.Tables[table.Source].Rows), progress, time);
        var parts = new ConcurrentBag<ManifestPart>();
        var queue = new ConcurrentQueue<Chunk>(chunks);
        var workers = Enumerable.Range(0, Math.Min(options.Workers, chunks.Count)).Select(_ => (Func<CancellationToken, Task>)Work);
        await Workers.RunAsync(workers.Append(Check), cancellationToken);
        var manifest = new Manifest(options.RunId, plan.Plan.Hash, taken, await RangesAsync(snapshot, plan, cancellationToken), InPlanOrder(plan, parts)).Seal();
        await store.PutAsync(Manifest.KeyOf(options.RunId), manifest.ToJson(), cancellationToken);
        return manifest;

        Task Work(CancellationToken stop) => WorkAsync(snapshot, options.RunId, queue, parts, stage, stop);

        Task Check(CancellationToken stop) => CheckAsync(snapshot, plan, stop);
    }

    /// <summary>The manifest of a finished export; null when there is none yet.</summary>
    /// <exception cref="RefusedException">The manifest was edited.</exception>
    public static async Task<Manifest?> FindAsync(ObjectStore store, string runId, CancellationToken cancellationToken)
    {
        var key = Manifest.KeyOf(runId);
        await using var stream = await store.GetAsync(key, cancellationToken);
        if (stream is null)
        {
            return null;
        }

        using var content = new MemoryStream();
        await stream.CopyToAsync(content, cancellationToken);
        return Manifest.FromJson(content.GetBuffer().AsSpan(0, (int)content.Length), key).Verify();
    }

    private async Task WorkAsync(
        ExportSnapshot snapshot, string runId, ConcurrentQueue<Chunk> queue, ConcurrentBag<ManifestPart> parts, StageProgress stage, CancellationToken cancellationToken)
    {
        await using var worker = new ChunkExport(await snapshot.JoinAsync(cancellationToken), store, runId);
        while (queue.TryDequeue(out var chunk))
        {
            var part = await worker.RunAsync(chunk, cancellationToken);
            parts.Add(part);
            stage.Add(part.Table, part.Rows, part.Bytes);
        }

        await worker.FlushAsync();
    }

    private static async Task CheckAsync(ExportSnapshot snapshot, ResolvedPlan plan, CancellationToken cancellationToken)
    {
        var findings = await DataChecks.RunAsync(snapshot.Holder, plan, cancellationToken);
        if (findings.FirstOrDefault(finding => finding.Verdict == Verdict.Fail) is { } failed)
        {
            throw new RefusedException($"{failed.Subject}: {failed.Message} ({failed.Rows} rows, as {string.Join(", ", failed.Examples)}). Correct the plan or the rows, then run preflight again.");
        }
    }

    private static async Task<List<ManifestTable>> RangesAsync(ExportSnapshot snapshot, ResolvedPlan plan, CancellationToken cancellationToken)
    {
        var tables = new List<ManifestTable>();
        foreach (var table in plan.Tables)
        {
            var range = table.Columns.FirstOrDefault(column => column.Target == table.RangeColumn);
            var (from, to) = range is null || !TargetPartitions.CanSplit(range) ? (null, null) : await RangeAsync(snapshot.Holder, table, range, cancellationToken);
            tables.Add(new ManifestTable(table.Source.ToString(), table.Target.ToString(), Manifest.Describe(table), from, to));
        }

        return tables;
    }

    private static async Task<(DateTime? From, DateTime? To)> RangeAsync(
        NpgsqlConnection connection, TableProjection table, ColumnProjection range, CancellationToken cancellationToken)
    {
        // As UTC whatever the type, so that one .NET type reads them all; infinities are in no month.
        var value = Sql.Format($"({range.Transport})::timestamptz");
        var rows = await connection.ListAsync(
            Sql.Format($"select min({value}), max({value}) from {table.Source} where isfinite({value}) and ({Sql.Expression(table.Plan.Where ?? "true")})"),
            row => (From: row.IsDBNull(0) ? (DateTime?)null : row.GetDateTime(0), To: row.IsDBNull(1) ? (DateTime?)null : row.GetDateTime(1)),
            cancellationToken);
        return rows[0];
    }

    private static List<ManifestPart> InPlanOrder(ResolvedPlan plan, IEnumerable<ManifestPart> parts)
    {
        var order = plan.Tables.Select(table => table.Target.ToString()).Distinct(StringComparer.Ordinal).ToList();
        return [.. parts.OrderBy(part => order.IndexOf(part.Table)).ThenBy(part => part.Chunk)];
    }

    private async Task RemoveLeftoversAsync(string runId, CancellationToken cancellationToken)
    {
        await foreach (var key in store.ListAsync(Manifest.FolderOf(runId), cancellationToken))
        {
            await store.DeleteAsync(key, cancellationToken);
        }
    }
}
