using System.Globalization;
using FreshTrack.Migration.Parts;

namespace FreshTrack.Migration.Exporting;

/// <summary>What a part says about itself in its object's metadata, written with it in one request: by this a later
/// attempt knows what is finished.</summary>
internal sealed record PartLabel(string Slice, long Rows, long RawBytes, string Sha256, bool IsLast)
{
    public static IReadOnlyDictionary<string, string> Of(ManifestPart part, Chunk chunk, bool isLast) =>
        new Dictionary<string, string>
        {
            ["slice"] = SliceOf(chunk),
            ["rows"] = part.Rows.ToString(),
            ["raw-bytes"] = part.RawBytes.ToString(),
            ["sha256"] = part.Sha256,
            ["last"] = isLast ? "true" : "false",
        };

    /// <summary>Null for an object that carries no such label.</summary>
    public static PartLabel? Read(IReadOnlyDictionary<string, string> metadata) =>
        metadata.TryGetValue("slice", out var slice)
        && metadata.TryGetValue("sha256", out var hash)
        && metadata.TryGetValue("last", out var last)
        && Number(metadata, "rows") is { } rows
        && Number(metadata, "raw-bytes") is { } raw
            ? new PartLabel(slice, rows, raw, hash, last == "true")
            : null;

    /// <summary>What the chunk reads, as plain ASCII:
    /// the same slice of an unchanged source holds the same rows.</summary>
    public static string SliceOf(Chunk chunk) =>
        $"{Uri.EscapeDataString(chunk.Relation.ToString())} {chunk.FirstPage?.ToString() ?? "start"} "
        + $"{chunk.EndPage?.ToString() ?? "end"}";

    private static long? Number(IReadOnlyDictionary<string, string> metadata, string name) =>
        metadata.TryGetValue(name, out var text) && long.TryParse(text, NumberStyles.None, null, out var number)
            ? number
            : null;
}
