namespace FreshTrack.IntegrationTests.Verification.Corpus;

/// <summary>A way of comparing two tables that is often met: one value a side, equal or not. User ids are left out, for none of them knows the map.</summary>
/// <param name="Value">SQL of the value over the columns of a table.</param>
internal sealed record NaiveVerifier(string Name, Func<IReadOnlyList<string>, string> Value)
{
    private static readonly Dictionary<string, string[]> Columns = new(StringComparer.Ordinal)
    {
        ["places"] = ["id", "seq", "name"],
        ["samples"] = ["id", "seq", "name", "note", "code", "label", "amount", "voltage", "ratio", "big", "flag", "seen_at", "day", "span", "tags", "meta", "body", "blob", "secret", "place_id"],
        ["readings"] = ["id", "seq", "place_id", "temperature", "recorded_at"],
        ["events"] = ["id", "seq", "organization_id", "kind", "data", "previous_hash", "event_hash"],
    };

    public static IReadOnlyList<NaiveVerifier> All { get; } =
    [
        new("counts", _ => "count(*)"),
        new("`COALESCE(…,'')` joined by `\\|`", columns => $"md5(string_agg(md5({Joined(columns)}), '' order by md5({Joined(columns)})))"),
        new("XOR of row hashes", columns => $"bit_xor(hashtextextended(row({List(columns)})::text, 0))"),
        new("`md5(string_agg(…))`", columns => $"md5(string_agg(md5(row({List(columns)})::text), '' order by md5(row({List(columns)})::text)))"),
    ];

    public string OfSource(string table) => Query(table, table == "samples" ? "(select *, quantity as amount from samples)" : table);

    public string OfTarget(string table) => Query(table, table);

    private static string List(IEnumerable<string> columns) => string.Join(", ", columns);

    private static string Joined(IEnumerable<string> columns) => string.Join(" || '|' || ", columns.Select(column => $"coalesce({column}::text, '')"));

    private string Query(string table, string rows) => $"select {Value(Columns[table])} from {rows} as r";
}
