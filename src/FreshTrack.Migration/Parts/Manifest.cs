using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using FreshTrack.Migration.Freezing;
using FreshTrack.Plan;

namespace FreshTrack.Migration.Parts;

/// <summary>The list of parts of one export. Every entry's chain value covers the entry and the chain before it, and
/// the first covers the header.</summary>
public sealed record Manifest(
    string RunId,
    string PlanHash,
    DateTimeOffset SnapshotAt,
    IReadOnlyList<ManifestTable> Tables,
    IReadOnlyList<ManifestPart> Parts
)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    [JsonPropertyName("$schema")]
    [JsonPropertyOrder(-1)]
    public string Schema { get; init; } = "manifest.schema.json";

    /// <summary>How many parts there are: a list that was cut short still chains.</summary>
    public int PartCount { get; init; }

    /// <summary>Lower-case hex SHA-256 over everything but the parts: where the chain begins.</summary>
    public string Head { get; init; } = "";

    /// <summary>The source's tables when the export began. An import whose source no longer looks so would lose what
    /// was written since.</summary>
    public required SourceState Source { get; init; }

    /// <summary>Heap pages of a chunk, and the SHA-256 over how the tables were cut:
    /// a lost part can be exported again as it was.</summary>
    public required int PagesPerChunk { get; init; }

    public required string Slices { get; init; }

    [JsonIgnore]
    public long Rows => Parts.Sum(part => part.Rows);

    /// <summary>The folder of the run in the object store, with its slash.</summary>
    public static string FolderOf(string runId) => $"runs/{runId}/";

    public static string KeyOf(string runId) => FolderOf(runId) + "manifest.json";

    /// <summary>What travels for a table, in the stream's order,
    /// as <see cref="ManifestTable.Columns"/> keeps it.</summary>
    public static IReadOnlyList<string> Describe(TableProjection table) =>
        [.. table.Columns.Select(column => $"{column.Target} {column.TransportType}{(column.IsUser ? " user" : "")}")];

    /// <summary>Chains the parts in their order.</summary>
    public Manifest Seal()
    {
        var head = this with { Parts = [], PartCount = Parts.Count, Head = "" };
        var chain = Hash(head);
        var parts = new List<ManifestPart>(Parts.Count);
        foreach (var part in Parts)
        {
            parts.Add(part with { Chain = Hash(part with { Chain = parts.Count == 0 ? chain : parts[^1].Chain }) });
        }

        return head with
        {
            Head = chain,
            Parts = parts,
        };
    }

    /// <exception cref="RefusedException">The manifest is not as it was sealed;
    /// the message names the first entry that differs.</exception>
    public Manifest Verify()
    {
        var sealedAgain = Seal();
        if (sealedAgain.Head != Head || PartCount != Parts.Count)
        {
            throw new RefusedException(
                $"The manifest of run '{RunId}' was edited: "
                    + $"its header, or its number of parts ({Parts.Count}), is not what was sealed. Export again."
            );
        }

        for (var i = 0; i < Parts.Count; i++)
        {
            if (Parts[i].Chain != sealedAgain.Parts[i].Chain)
            {
                throw new RefusedException(
                    $"The manifest of run '{RunId}' was edited: "
                        + $"entry {i + 1}, part '{Parts[i].Key}', is not what was sealed. Export again."
                );
            }
        }

        return this;
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <exception cref="RefusedException">The text is no manifest.</exception>
    public static Manifest FromJson(ReadOnlySpan<byte> json, string name)
    {
        try
        {
            return JsonSerializer.Deserialize<Manifest>(json, Json) is { Parts: not null, Tables: not null } manifest
                ? manifest
                : throw new RefusedException($"'{name}' is no manifest. Export again.");
        }
        catch (JsonException error)
        {
            throw new RefusedException($"'{name}' is no manifest: {error.Message} Export again.", error);
        }
    }

    private static string Hash<T>(T value) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(value, Json)));
}

/// <summary>What the parts of one source table hold:
/// enough to refuse an import into a target that has changed since.</summary>
/// <param name="Columns">Target columns in the order of the stream,
/// each as <c>name type</c> with the type that travels.</param>
/// <param name="From">Smallest and, in <paramref name="To"/>, largest value of the column that the target is
/// partitioned by; null when it is not, or without rows.</param>
public sealed record ManifestTable(
    string Source,
    string Target,
    IReadOnlyList<string> Columns,
    DateTime? From,
    DateTime? To
);

/// <param name="Table">The target table.</param>
/// <param name="RawBytes">Bytes of the binary COPY stream.</param>
/// <param name="Bytes">Bytes of the object.</param>
/// <param name="Sha256">Lower-case hex, over the object.</param>
public sealed record ManifestPart(
    string Table,
    string Source,
    int Chunk,
    string Key,
    long Rows,
    long RawBytes,
    long Bytes,
    string Sha256
)
{
    /// <summary>How the names of parts end.</summary>
    internal const string Extension = ".copy.zst";

    public string Chain { get; init; } = "";

    /// <param name="folder">With its slash.</param>
    /// <param name="piece">Counts from 0; large values cut a chunk into several parts.</param>
    internal static string KeyOf(string folder, string table, int chunk, int piece) =>
        $"{folder}{Uri.EscapeDataString(table)}/{chunk:D5}-{piece:D3}{Extension}";
}
