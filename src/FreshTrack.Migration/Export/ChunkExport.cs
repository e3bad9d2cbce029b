using FreshTrack.Migration.Parts;
using Npgsql;

namespace FreshTrack.Migration.Exporting;

/// <summary>One export worker: reads chunks over its own connection
/// and uploads one part while it fills the next.</summary>
internal sealed class ChunkExport(NpgsqlConnection connection, ObjectStore store, string folder) : IAsyncDisposable
{
    // The server sends a message a row; compressing them one by one would cost more than reading them.
    private const int BufferSize = 256 * 1024;

    // A chunk is cut by heap pages, and a page of pointers to large values is worth many megabytes: a part's memory has
    // a limit all the same.
    private const int RawBytesPerPart = 8 * 1024 * 1024;

    // Values that do not compress fill a part as they are, with zstd's frame around them.
    private const int PartCapacity = RawBytesPerPart + (2 * BufferSize);

    private readonly byte[] buffer = new byte[BufferSize];
    private PartWriter filling = new(PartCapacity);
    private PartWriter uploading = new(PartCapacity);
    private Task upload = Task.CompletedTask;

    /// <returns>The parts, of which the last may still be on its way: <see cref="FlushAsync"/> awaits it.</returns>
    public async Task<IReadOnlyList<ManifestPart>> RunAsync(Chunk chunk, CancellationToken cancellationToken)
    {
        var parts = new List<ManifestPart>();
        var counter = new TupleCounter();
        try
        {
            await using var copy = await connection.BeginRawBinaryCopyAsync(
                ChunkSql.Export(chunk).Text,
                cancellationToken
            );
            filling.Begin();
            int length;
            while ((length = await FillAsync(copy, cancellationToken)) > 0)
            {
                await TakeAsync(buffer.AsMemory(0, length));
            }
        }
        catch (PostgresException error)
        {
            throw new MigrationException(
                $"Exporting {chunk.Relation}, chunk {chunk.Number}, failed on the source: "
                    + $"{error.MessageText} ({error.SqlState}).",
                error
            );
        }

        if (!counter.IsComplete)
        {
            throw new MigrationException(
                $"Exporting {chunk.Relation}, chunk {chunk.Number}: "
                    + $"the source's stream ended after {counter.Rows} rows without its trailer. Run again."
            );
        }

        await EndPartAsync(counter.Rows, isLast: true);
        return parts;

        async Task TakeAsync(ReadOnlyMemory<byte> bytes)
        {
            counter.Append(bytes.Span);
            if (filling.RawBytes + bytes.Length > RawBytesPerPart && counter.RowEnd > 0 && !counter.IsComplete)
            {
                filling.Write(bytes.Span[..counter.RowEnd]);
                filling.Write(BinaryCopy.Trailer);
                await EndPartAsync(counter.RowsEnded, isLast: false);
                filling.Begin();
                filling.Write(BinaryCopy.Header);
                bytes = bytes[counter.RowEnd..];
            }

            filling.Write(bytes.Span);
        }

        async Task EndPartAsync(long rowsSoFar, bool isLast)
        {
            var part = filling.End(chunk, parts.Count, rowsSoFar - parts.Sum(part => part.Rows), folder);
            parts.Add(part);
            await upload;
            (filling, uploading) = (uploading, filling);
            upload = store.PutAsync(part.Key, uploading.Content, PartLabel.Of(part, chunk, isLast), cancellationToken);
        }
    }

    public Task FlushAsync() => upload;

    public async ValueTask DisposeAsync()
    {
        // After a failure the upload's own outcome no longer matters, but its buffer must be out of use.
        await upload.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        filling.Dispose();
        uploading.Dispose();
        await connection.DisposeAsync();
    }

    private async ValueTask<int> FillAsync(Stream copy, CancellationToken cancellationToken)
    {
        var filled = 0;
        int read;
        while (filled < buffer.Length && (read = await copy.ReadAsync(buffer.AsMemory(filled), cancellationToken)) > 0)
        {
            filled += read;
        }

        return filled;
    }
}
