using FreshTrack.Plan;

namespace FreshTrack.Build.Benchmarking;

/// <summary>A database to move: its tables, the rows of its source, and the keys that come after them.</summary>
/// <param name="Moved">The tables that the plan names.</param>
internal sealed record BenchmarkData(string Database, Sql Tables, Sql Fill, Sql Keys, IReadOnlyList<string> Moved)
{
    /// <summary>An equal source that is never frozen, for the other movers.</summary>
    public string Plain => $"{Database}_plain";

    public string Plan => $"version: 1\ntables:\n{string.Concat(Moved.Select(table => $"  - source: {table}\n"))}";

    /// <summary>Documents of 1 MB each that hardly compress: what a heap page's pointers lead to.</summary>
    public static BenchmarkData Documents(int count) =>
        new(
            "documents",
            new Sql("create table documents (id int primary key, content jsonb);"),
            Sql.Format(
                $"""
                insert into documents
                select d, jsonb_build_object('text', (
                  select string_agg(encode(sha256((d || '-' || i)::bytea), 'base64'), '')
                  from generate_series(1, 23300) i))
                from generate_series(1, {count}) d;
                """
            ),
            Keys: new Sql(""),
            ["documents"]
        );
}
