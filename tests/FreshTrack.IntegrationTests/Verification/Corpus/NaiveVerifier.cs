namespace FreshTrack.IntegrationTests.Verification.Corpus;

/// <summary>A way of comparing two tables that is often met: one value a side, equal or not. User ids are left out, for
/// none of them knows the map.</summary>
/// <param name="Value">SQL of the value over the columns of a table.</param>
internal sealed record NaiveVerifier(string Name, Func<IReadOnlyList<string>, string> Value)
{
    private static readonly Dictionary<string, string[]> Columns = new()
    {
        ["users"] = ["email"],
        ["places"] = ["id", "seq", "name"],
        ["samples"] =
        [
            "id",
            "seq",
            "name",
            "note",
            "code",
            "label",
            "amount",
            "voltage",
            "ratio",
            "big",
            "flag",
            "seen_at",
            "day",
            "span",
            "tags",
            "meta",
            "extra",
            "body",
            "blob",
            "secret",
            "place_id",
        ],
        ["readings"] = ["id", "seq", "place_id", "temperature", "recorded_at"],
        ["scans"] = ["code"],
        ["events"] = ["id", "seq", "organization_id", "kind", "data", "previous_hash", "event_hash"],
    };

    public static IReadOnlyList<NaiveVerifier> All { get; } =
    [
        new("counts", _ => "count(*)"),
        new(
            "`COALESCE(…,'')` joined by `\\|`",
            columns => $"md5(string_agg(md5({Joined(columns)}), '' order by md5({Joined(columns)})))"
        ),
        new("XOR of row hashes", columns => $"bit_xor(hashtextextended(row({List(columns)})::text, 0))"),
        new(
            "`md5(string_agg(…))`",
            columns => $"md5(string_agg(md5(row({List(columns)})::text), '' order by md5(row({List(columns)})::text)))"
        ),
    ];

    /// <summary>A query for the values of all, in an array.</summary>
    public static string OfSource(string table) =>
        table switch
        {
            "users" => Values(table, "auth.users"),
            "samples" => Values(table, "(select *, quantity as amount from samples)"),
            _ => Values(table, table),
        };

    /// <summary>The same of the target.</summary>
    public static string OfTarget(string table) => Values(table, table);

    private static string Values(string table, string rows) =>
        $"select array[{List(All.Select(verifier => $"({verifier.Value(Columns[table])})::text"))}] from {rows} as r";

    private static string List(IEnumerable<string> parts) => string.Join(", ", parts);

    private static string Joined(IEnumerable<string> columns) =>
        string.Join(" || '|' || ", columns.Select(column => $"coalesce({column}::text, '')"));
}
