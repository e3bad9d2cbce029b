using System.Security.Cryptography;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;
using Npgsql;
using ZstdSharp;

namespace FreshTrack.Migration.Importing;

/// <summary>One import worker: checks a part against the manifest,
/// then writes its rows and its ledger row in one transaction.</summary>
internal sealed class PartImport(NpgsqlConnection connection, ObjectStore store, string runId, TimeProvider time)
    : IAsyncDisposable
{
    private const int BufferSize = 128 * 1024;

    private readonly byte[] buffer = new byte[BufferSize];
    private readonly HashSet<string> staged = new();

    /// <summary>Fetches a part and checks it before a byte of it is used.</summary>
    /// <param name="content">Where to; what it held before is overwritten.</param>
    public async Task<MemoryStream> FetchAsync(
        ManifestPart part,
        MemoryStream content,
        CancellationToken cancellationToken
    )
    {
        await using var stream =
            await store.GetAsync(part.Key, cancellationToken)
            ?? throw new DamagedPartException(
                part.Key,
                $"Part '{part.Key}' of {part.Table}, chunk {part.Chunk}, is missing in the object store {store}. "
                    + "Resume the run with its export: the chunk is exported again."
            );
        content.SetLength(0);
        content.Capacity = Math.Max(content.Capacity, (int)Math.Min(part.Bytes, int.MaxValue));
        await stream.CopyToAsync(content, cancellationToken);
        var hash = Convert.ToHexStringLower(SHA256.HashData(content.GetBuffer().AsSpan(0, (int)content.Length)));
        if (hash != part.Sha256)
        {
            // The next export of this run puts back what the store lacks, and only that.
            await store.DeleteAsync(part.Key, cancellationToken);
            throw new DamagedPartException(
                part.Key,
                $"Part '{part.Key}' of {part.Table}, chunk {part.Chunk}, is not what was exported: "
                    + $"{content.Length} bytes with SHA-256 {hash}, "
                    + $"the manifest says {part.Bytes} bytes with {part.Sha256}. "
                    + "Nothing of it was imported and it was deleted; "
                    + "resume the run with its export: the chunk is exported again."
            );
        }

        content.Position = 0;
        return content;
    }

    public async Task RunAsync(
        TableProjection table,
        ManifestPart part,
        Stream content,
        CancellationToken cancellationToken
    )
    {
        var staging = Staging.IsNeeded(table) ? new Staging(table) : null;
        try
        {
            if (staging is not null && staged.Add(staging.Name))
            {
                await connection.ExecuteAsync(staging.Create, cancellationToken);
            }

            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await Ledger.RecordAsync(connection, runId, part, time.GetUtcNow(), cancellationToken);
            await CopyAsync(staging?.Copy ?? Direct(table), part, content, cancellationToken);
            if (staging is not null)
            {
                await staging.RefuseUnmappedAsync(connection, part, cancellationToken);
                var rows = await connection.ExecuteAsync(staging.Move, cancellationToken);
                Expect(part, rows);
            }

            await transaction.CommitAsync(cancellationToken);
        }
        catch (PostgresException error)
        {
            throw new MigrationException(
                $"Importing {part.Table}, chunk {part.Chunk}, failed on the target: {error.MessageText} "
                    + $"({error.SqlState}){(error.ColumnName is { } column ? $", column {column}" : "")}. "
                    + "Nothing of the chunk was kept; correct the cause and resume.",
                error
            );
        }
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private static Sql Direct(TableProjection table) =>
        Sql.Format(
            $"""
            copy {table.Target} ({Sql.Columns(table.Columns.Select(column => column.Target))})
            from stdin (format binary)
            """
        );

    private async Task CopyAsync(Sql copy, ManifestPart part, Stream content, CancellationToken cancellationToken)
    {
        var counter = new TupleCounter();
        await using var zstd = new DecompressionStream(content, BufferSize, checkEndOfStream: true, leaveOpen: true);
        await using var rows = await connection.BeginRawBinaryCopyAsync(copy.Text, cancellationToken);
        try
        {
            int read;
            while ((read = zstd.Read(buffer)) > 0)
            {
                counter.Append(buffer.AsSpan(0, read));
                await rows.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        catch
        {
            // Disposed as it is, the copy would be ended, and only the server's complaint of that would be heard.
            await AbandonAsync(rows);
            throw;
        }

        if (!counter.IsComplete)
        {
            throw new MigrationException(
                $"Part '{part.Key}' of {part.Table}, chunk {part.Chunk}, "
                    + $"ends after {counter.Rows} rows without its trailer. Begin again with --restart."
            );
        }

        Expect(part, counter.Rows);
    }

    private static async Task AbandonAsync(NpgsqlRawCopyStream rows)
    {
        try
        {
            await rows.CancelAsync();
        }
        catch (Exception error) when (error is NpgsqlException or InvalidOperationException or IOException)
        {
            // The connection is gone, or the server has ended the copy before.
        }
    }

    private static void Expect(ManifestPart part, long rows)
    {
        if (rows != part.Rows)
        {
            throw new MigrationException(
                $"Importing {part.Table}, chunk {part.Chunk}: {rows} rows arrived, the manifest says {part.Rows}. "
                    + "Nothing of the chunk was kept."
            );
        }
    }
}
