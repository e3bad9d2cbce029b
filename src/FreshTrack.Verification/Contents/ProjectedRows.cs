using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification.Contents;

/// <summary>Rows of one side that one entry of the plan speaks of, and the canonical form of every column.</summary>
/// <param name="Values">One canonical expression a column, over the alias <c>r</c>.</param>
internal sealed record ProjectedRows(Sql Projection, IReadOnlyList<Sql> Values)
{
    private const int ShownCharacters = 500;

    /// <summary>OFFSET 0 keeps PostgreSQL from encoding the row again for every hash of it.</summary>
    public Sql Contents() =>
        Sql.Format($"(select {RowHash.Bytes(Values)} as content from ({Projection}) as r offset 0)");

    /// <summary>Adds the hash of the key, of which the segments are made.</summary>
    public Sql Keyed(IReadOnlyList<int> key) =>
        Sql.Format(
            $"(select {KeyHash(key)} as k1, {RowHash.Bytes(Values)} as content from ({Projection}) as r offset 0)"
        );

    /// <summary>The rows of some segments, with the key's bytes and cells as text.</summary>
    /// <param name="segment">Condition over the key's hash.</param>
    /// <param name="shown">Indexes of the columns whose cells come.</param>
    public Sql Rows(
        IReadOnlyList<int> key,
        Func<Sql, Sql> segment,
        IReadOnlyList<int> shown,
        Func<Sql, int, Sql> cell
    ) =>
        Sql.Format(
            $"""
            (select {KeyHash(key)} as k1,
               {KeyBytes(key)} as key,
               {RowHash.Bytes(Values)} as content,
               array[{Sql.Join(", ", shown.Select(index => cell(Values[index], index)))}]::text[] as cells
             from ({Projection}) as r
             where {segment(KeyHash(key))}
             offset 0)
            """
        );

    public static Sql Whole(Sql value) => Sql.Format($"({value})::text");

    /// <summary>Long values are cut; their length and hash still tell them apart.</summary>
    public static Sql Shown(Sql value) =>
        Sql.Format(
            $"""
            case when length(({value})::text) > {ShownCharacters}
                 then left(({value})::text, {ShownCharacters})
                      || '… (' || length(({value})::text) || ' characters, hash ' || {Masked(value)} || ')'
                 else ({value})::text end
            """
        );

    /// <summary>Tells secrets apart without reading them.</summary>
    public static Sql Masked(Sql value) => Sql.Format($"to_hex({RowHash.Of([value], RowHash.FirstSeed)})");

    private Sql KeyBytes(IReadOnlyList<int> key) => RowHash.Bytes(key.Select(index => Values[index]));

    private Sql KeyHash(IReadOnlyList<int> key) => RowHash.OfBytes(KeyBytes(key), RowHash.FirstSeed);
}
