using System.Security.Cryptography;
using FreshTrack.Migration.Parts;
using Npgsql;
using ZstdSharp;

namespace FreshTrack.Migration.Exporting;

/// <summary>One export worker: reads chunks over its own connection and uploads one part while it reads the next.</summary>
internal sealed class ChunkExport(NpgsqlConnection connection, ObjectStore store, string runId) : IAsyncDisposable
{
    private const int BufferSize = 128 * 1024;

    private readonly byte[] buffer = new byte[BufferSize];
    private readonly Compressor compressor = new(level: 1);
    private MemoryStream filling = new();
    private MemoryStream uploading = new();
    private Task upload = Task.CompletedTask;

    /// <returns>The part, whose upload may still be under way: <see cref="FlushAsync"/> awaits the last.</returns>
    public async Task<ManifestPart> RunAsync(Chunk chunk, CancellationToken cancellationToken)
    {
        filling.SetLength(0);
        var (rows, rawBytes) = await CompressAsync(chunk, cancellationToken);
        var content = filling.GetBuffer().AsMemory(0, (int)filling.Length);
        var part = new ManifestPart(
            chunk.Table.Target.ToString(),
            chunk.Table.Source.ToString(),
            chunk.Number,
            $"{Manifest.FolderOf(runId)}{Uri.EscapeDataString(chunk.Table.Target.ToString())}/{chunk.Number:D5}.copy.zst",
            rows,
            rawBytes,
            content.Length,
            Convert.ToHexStringLower(SHA256.HashData(content.Span)));
        await upload;
        (filling, uploading) = (uploading, filling);
        upload = store.PutAsync(part.Key, uploading, cancellationToken);
        return part;
    }

    public Task FlushAsync() => upload;

    public async ValueTask DisposeAsync()
    {
        // After a failure the upload's own outcome no longer matters, but its buffer must be out of use.
        await upload.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        compressor.Dispose();
        await filling.DisposeAsync();
        await uploading.DisposeAsync();
        await connection.DisposeAsync();
    }

    private async Task<(long Rows, long RawBytes)> CompressAsync(Chunk chunk, CancellationToken cancellationToken)
    {
        var counter = new TupleCounter();
        long rawBytes = 0;
        try
        {
            await using var copy = await connection.BeginRawBinaryCopyAsync(ChunkSql.Export(chunk).Text, cancellationToken);
            await using var zstd = new CompressionStream(filling, compressor, BufferSize, preserveCompressor: true, leaveOpen: true);
            int read;
            while ((read = await copy.ReadAsync(buffer, cancellationToken)) > 0)
            {
                counter.Append(buffer.AsSpan(0, read));
                rawBytes += read;
                zstd.Write(buffer.AsSpan(0, read));
            }
        }
        catch (PostgresException error)
        {
            throw new MigrationException($"Exporting {chunk.Relation}, chunk {chunk.Number}, failed on the source: {error.MessageText} ({error.SqlState}).", error);
        }

        return counter.IsComplete
            ? (counter.Rows, rawBytes)
            : throw new MigrationException($"Exporting {chunk.Relation}, chunk {chunk.Number}: the source's stream ended after {counter.Rows} rows without its trailer. Run again.");
    }
}
