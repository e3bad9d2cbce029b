using System.Security.Cryptography;
using FreshTrack.Migration.Parts;
using ZstdSharp;

namespace FreshTrack.Migration.Exporting;

/// <summary>Compresses one part after the other into memory that is used again.</summary>
/// <param name="capacity">Bytes to have room for at once: memory that doubles as it fills leaves as much behind again.
/// What is never written costs none.</param>
internal sealed class PartWriter(int capacity) : IDisposable
{
    // On the way to a store beside the target, speed counts:
    // measured, level 1 took twice the time for a fifth less to store.
    private const int Level = -3;

    private readonly Compressor compressor = new(Level);
    private readonly MemoryStream content = new(capacity);
    private CompressionStream? compression;

    /// <summary>The finished part.</summary>
    public MemoryStream Content => content;

    public long RawBytes { get; private set; }

    public void Begin()
    {
        compression?.Dispose();
        content.SetLength(0);
        RawBytes = 0;
        compression = new CompressionStream(content, compressor, preserveCompressor: true, leaveOpen: true);
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        compression!.Write(bytes);
        RawBytes += bytes.Length;
    }

    /// <param name="folder">Of the object store, with its slash.</param>
    public ManifestPart End(Chunk chunk, int piece, long rows, string folder)
    {
        compression!.Dispose();
        compression = null;
        var table = chunk.Table.Target.ToString();
        return new ManifestPart(
            table,
            chunk.Table.Source.ToString(),
            chunk.Number,
            ManifestPart.KeyOf(folder, table, chunk.Number, piece),
            rows,
            RawBytes,
            content.Length,
            Convert.ToHexStringLower(SHA256.HashData(content.GetBuffer().AsSpan(0, (int)content.Length)))
        );
    }

    public void Dispose()
    {
        compression?.Dispose();
        compressor.Dispose();
        content.Dispose();
    }
}
