using System.Text;
using System.Text.Json;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Snapshots;

/// <summary>One object of an archive.</summary>
/// <param name="Sha256">Lower-case hex.</param>
public sealed record SnapshotObject(string Key, long Bytes, string Sha256);

/// <summary>The list of a source's last archive: numbered objects which, one after the other, are what pg_dump
/// wrote.</summary>
/// <param name="TakenAt">The source's clock.</param>
/// <param name="Wal">Position in the source's write-ahead log before the archive was begun.</param>
/// <param name="Server">The source's version.</param>
/// <param name="Program">What wrote it: pg_restore of an older version cannot read it.</param>
/// <param name="Sha256">Over the whole archive, lower-case hex.</param>
public sealed record Snapshot(
    string RunId,
    DateTimeOffset TakenAt,
    string Wal,
    string Server,
    string Program,
    long Bytes,
    string Sha256,
    IReadOnlyList<SnapshotObject> Objects
)
{
    private const string Schema = "snapshot";

    /// <summary>The folder of a run's archive in the object store, with its slash. What an export leaves lies
    /// elsewhere, and is swept.</summary>
    public static string FolderOf(string runId) => $"snapshots/{runId}/";

    /// <summary>The list; it is written last, so that an archive without one is half-done.</summary>
    public static string KeyOf(string runId) => $"{FolderOf(runId)}snapshot.json";

    /// <param name="number">From 1.</param>
    public static string KeyOf(string runId, int number) => $"{FolderOf(runId)}{number:D5}.dump";

    public byte[] ToJson() => Encoding.UTF8.GetBytes(EvidenceJson.Serialize(Schema, this));

    /// <exception cref="RefusedException">The text is no list of an archive.</exception>
    public static Snapshot FromJson(ReadOnlySpan<byte> json, string key)
    {
        try
        {
            return EvidenceJson.Deserialize<Snapshot>(Encoding.UTF8.GetString(json));
        }
        catch (JsonException error)
        {
            throw new RefusedException(
                $"'{key}' is no list of an archive: {error.Message} Take the snapshot again.",
                error
            );
        }
    }
}
