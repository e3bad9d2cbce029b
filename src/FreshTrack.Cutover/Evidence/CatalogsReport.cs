using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Evidence;

/// <summary>What the final check read of both catalogs, table by table as a hash: the content of
/// <c>catalogs.json</c>.</summary>
public sealed record CatalogsReport(
    IReadOnlyDictionary<string, string> Source,
    IReadOnlyDictionary<string, string> Target
)
{
    public static CatalogsReport Of(Catalog source, Catalog target) => new(Hashes(source), Hashes(target));

    /// <returns>What is not as it was, as <c>source public.units</c>.</returns>
    public IReadOnlyList<string> DifferencesTo(CatalogsReport now) =>
        [.. Differences("source", Source, now.Source), .. Differences("target", Target, now.Target)];

    private static IEnumerable<string> Differences(
        string side,
        IReadOnlyDictionary<string, string> then,
        IReadOnlyDictionary<string, string> now
    ) =>
        then
            .Keys.Union(now.Keys)
            .Order(StringComparer.Ordinal)
            .Where(table => then.GetValueOrDefault(table) != now.GetValueOrDefault(table))
            .Select(table =>
                $"{side} {table}{(then.ContainsKey(table) ? now.ContainsKey(table) ? "" : " (gone)" : " (new)")}"
            );

    private static SortedDictionary<string, string> Hashes(Catalog catalog)
    {
        var hashes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        // Partitions come with time, and sizes with rows.
        foreach (var (name, table) in catalog.Tables.Where(item => item.Value.PartitionOf is null))
        {
            hashes[$"{name}"] = Hash(table with { Pages = 0, Rows = null, Bytes = 0, Leaves = [] });
        }

        hashes["types"] = Hash((catalog.Enums.OrderBy(item => item.Key), catalog.Domains.OrderBy(item => item.Key)));
        return hashes;
    }

    private static string Hash<T>(T value) =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(value, EvidenceJson.Line)))
        )[..32];
}
