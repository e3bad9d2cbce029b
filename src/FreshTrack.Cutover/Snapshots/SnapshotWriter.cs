using System.Collections.ObjectModel;
using System.Security.Cryptography;
using FreshTrack.Cutover.Runs;
using FreshTrack.Migration.Parts;

namespace FreshTrack.Cutover.Snapshots;

/// <summary>Cuts what pg_dump writes into objects while it comes; no more than one object is in memory.</summary>
internal sealed class SnapshotWriter(ObjectStore store, string runId, int objectBytes, IProgress<StepProgress> progress)
{
    private readonly List<SnapshotObject> objects = [];

    public IReadOnlyList<SnapshotObject> Objects => objects;

    public long Bytes { get; private set; }

    /// <summary>Over all of it, once it has ended.</summary>
    public string Sha256 { get; private set; } = "";

    public async Task CopyFromAsync(Stream archive, CancellationToken cancellationToken)
    {
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[objectBytes];
        while (
            await archive.ReadAtLeastAsync(buffer, objectBytes, throwOnEndOfStream: false, cancellationToken)
                is var n
                    and > 0
        )
        {
            var content = buffer.AsMemory(0, n);
            whole.AppendData(content.Span);
            await PutAsync(buffer, n, cancellationToken);
            Bytes += n;
            progress.Report(new StepProgress($"archive: {Bytes / 1e6:N0} MB in {objects.Count} objects"));
        }

        Sha256 = Convert.ToHexStringLower(whole.GetCurrentHash());
    }

    private async Task PutAsync(byte[] buffer, int length, CancellationToken cancellationToken)
    {
        var key = Snapshot.KeyOf(runId, objects.Count + 1);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(buffer.AsSpan(0, length)));
        using var content = new MemoryStream(buffer, 0, length, writable: false);
        await store.PutAsync(key, content, ReadOnlyDictionary<string, string>.Empty, cancellationToken);
        objects.Add(new SnapshotObject(key, length, sha256));
    }
}
