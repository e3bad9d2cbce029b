using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FreshTrack.Migration.Freezing;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;

namespace FreshTrack.Migration.Exporting;

/// <summary>What an export began with, kept beside its parts until the manifest takes its place: only the same export
/// may be gone on with.</summary>
/// <param name="Slices">Lower-case hex SHA-256 over how the tables were cut.</param>
internal sealed record ExportHeader(
    string RunId,
    string PlanHash,
    DateTimeOffset BegunAt,
    int PagesPerChunk,
    string Slices,
    SourceState Source
)
{
    public static string KeyOf(string runId) => Manifest.FolderOf(runId) + "export.json";

    public static ExportHeader Of(Manifest manifest) =>
        new(
            manifest.RunId,
            manifest.PlanHash,
            manifest.SnapshotAt,
            manifest.PagesPerChunk,
            manifest.Slices,
            manifest.Source
        );

    /// <summary>In an order of their own: that of the tables changes with
    /// the target's foreign keys, which the import takes off.</summary>
    public static string Hash(IEnumerable<Chunk> chunks) =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(
                    string.Join(
                        '\n',
                        chunks
                            .Select(chunk => $"{chunk.Table.Target} {chunk.Number} {PartLabel.SliceOf(chunk)}")
                            .Order()
                    )
                )
            )
        );

    public static async Task<ExportHeader?> FindAsync(
        ObjectStore store,
        string runId,
        CancellationToken cancellationToken
    )
    {
        var content = await store.ReadAsync(KeyOf(runId), cancellationToken);
        try
        {
            return content is null
                ? null
                : JsonSerializer.Deserialize<ExportHeader>(content, JsonSerializerOptions.Web);
        }
        catch (JsonException error)
        {
            throw new RefusedException(
                $"'{KeyOf(runId)}' in the object store {store} is no header of an export: "
                    + $"{error.Message} Begin again with --restart.",
                error
            );
        }
    }

    public Task WriteAsync(ObjectStore store, CancellationToken cancellationToken) =>
        store.PutAsync(
            KeyOf(RunId),
            JsonSerializer.SerializeToUtf8Bytes(this, JsonSerializerOptions.Web),
            cancellationToken
        );

    /// <exception cref="RefusedException">The earlier attempt read something else.</exception>
    public void RefuseOthers(ResolvedPlan plan, string slices)
    {
        if (PlanHash != plan.Plan.Hash)
        {
            throw new RefusedException(
                $"Run '{RunId}' was begun with another plan file ({PlanHash[..12]}… instead of "
                    + $"{plan.Plan.Hash[..12]}…). Go on with that plan, or begin again with --restart."
            );
        }

        if (Slices != slices)
        {
            throw new RefusedException(
                $"The tables of the source are cut otherwise than when run '{RunId}' began: "
                    + "their size has changed since. Begin again with --restart."
            );
        }
    }
}
