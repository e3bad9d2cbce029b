using System.Collections.Concurrent;
using FreshTrack.Migration.Parts;

namespace FreshTrack.Migration.Exporting;

/// <summary>Finds the chunks that an earlier attempt of the same run has stored in full.</summary>
internal static class FinishedChunks
{
    private const int Concurrency = 8;

    /// <returns>The parts of every chunk whose pieces are all there, up to one that says it is the last.</returns>
    public static async Task<IReadOnlyDictionary<Chunk, IReadOnlyList<ManifestPart>>> FindAsync(
        ObjectStore store,
        string runId,
        IReadOnlyList<Chunk> chunks,
        CancellationToken cancellationToken
    )
    {
        var found = new ConcurrentBag<(string Key, StoredObject Object, PartLabel Label)>();
        var keys = store
            .ListAsync(Manifest.FolderOf(runId), cancellationToken)
            .Where(key => key.EndsWith(ManifestPart.Extension));
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = Concurrency,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(
            keys,
            parallel,
            async (key, stop) =>
            {
                if (await store.DescribeAsync(key, stop) is { } stored && PartLabel.Read(stored.Metadata) is { } label)
                {
                    found.Add((key, stored, label));
                }
            }
        );

        var pieces = found.ToDictionary(item => item.Key);
        var finished = new Dictionary<Chunk, IReadOnlyList<ManifestPart>>();
        foreach (var chunk in chunks)
        {
            if (PiecesOf(chunk) is { } parts)
            {
                finished[chunk] = parts;
            }
        }

        return finished;

        List<ManifestPart>? PiecesOf(Chunk chunk)
        {
            var parts = new List<ManifestPart>();
            while (
                pieces.TryGetValue(
                    ManifestPart.KeyOf(
                        Manifest.FolderOf(runId),
                        chunk.Table.Target.ToString(),
                        chunk.Number,
                        parts.Count
                    ),
                    out var piece
                )
                && piece.Label.Slice == PartLabel.SliceOf(chunk)
            )
            {
                parts.Add(
                    new ManifestPart(
                        chunk.Table.Target.ToString(),
                        chunk.Table.Source.ToString(),
                        chunk.Number,
                        piece.Key,
                        piece.Label.Rows,
                        piece.Label.RawBytes,
                        piece.Object.Bytes,
                        piece.Label.Sha256
                    )
                );
                if (piece.Label.IsLast)
                {
                    return parts;
                }
            }

            return null;
        }
    }
}
