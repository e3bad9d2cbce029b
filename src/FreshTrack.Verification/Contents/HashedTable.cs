using FreshTrack.Plan;
using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification.Contents;

/// <summary>One side of one table, ready to be hashed: its projection and the canonical form of every column.</summary>
/// <param name="Values">One canonical expression a column, over the alias <c>r</c>.</param>
/// <param name="Key">Indexes of the columns that identify a row; all of them when the table has no key.</param>
/// <param name="Secret">Per column, whether its values must not be read.</param>
internal sealed record HashedTable(Sql Projection, IReadOnlyList<Sql> Values, IReadOnlyList<int> Key, IReadOnlyList<bool> Secret)
{
    private const int ShownCharacters = 500;

    /// <summary>Count and two sums over all rows; each row's hash is not linear in its cells, so neither a swap nor a pair of changes cancels.</summary>
    public Sql Totals() => Sql.Format(
        $"""
        select count(*), coalesce(sum({Hash("content", RowHash.FirstSeed)}), 0)::text, coalesce(sum({Hash("content", RowHash.SecondSeed)}), 0)::text
        from (select {RowHash.Bytes(Values)} as content from ({Projection}) as r offset 0) as s
        """);

    /// <summary>The same per segment of the next <paramref name="width"/> bits of the key's hash, inside the segments given as <c>$1</c>.</summary>
    public Sql Segments(int depth, int width) => Sql.Format(
        $"""
        select k1 & {Mask(depth + width)}, count(*), sum({Hash("content", RowHash.FirstSeed)})::text, sum({Hash("content", RowHash.SecondSeed)})::text
        from ({Keyed()}) as s where k1 & {Mask(depth)} = any($1) group by 1
        """);

    /// <summary>Hashes of key and row of all rows in the segments given as <c>$1</c>, ordered by them.</summary>
    public Sql Rows(int depth) => Sql.Format(
        $"""
        select k1, {Hash("key", RowHash.SecondSeed)} as k2, {Hash("content", RowHash.FirstSeed)} as h1, {Hash("content", RowHash.SecondSeed)} as h2
        from ({Keyed()}) as s where k1 & {Mask(depth)} = any($1) order by 1, 2, 3, 4
        """);

    /// <summary>The rows whose first key hash is in <c>$1</c>: hashes as above, then every cell's hash and text. Secret cells have no text.</summary>
    public Sql Cells()
    {
        var key = Key.Select(index => Values[index]).ToList();
        return Sql.Format(
            $"""
            select {RowHash.Of(key, RowHash.FirstSeed)}, {RowHash.Of(key, RowHash.SecondSeed)}, {RowHash.Of(Values, RowHash.FirstSeed)}, {RowHash.Of(Values, RowHash.SecondSeed)},
                   array[{Sql.Join(", ", Values.Select(value => RowHash.Of([value], RowHash.FirstSeed)))}]::int8[],
                   array[{Sql.Join(", ", Values.Select((value, index) => Secret[index] ? new Sql("null") : Shown(value)))}]::text[]
            from ({Projection}) as r where {RowHash.Of(key, RowHash.FirstSeed)} = any($1)
            """);
    }

    private static Sql Shown(Sql value) => Sql.Format(
        $"case when length(({value})::text) > {ShownCharacters} then left(({value})::text, {ShownCharacters}) || '… (' || length(({value})::text) || ' characters)' else ({value})::text end");

    private static Sql Hash(string bytes, long seed) => RowHash.OfBytes(Sql.Format($"s.{new Identifier(bytes)}"), seed);

    private static long Mask(int bits) => (1L << bits) - 1;

    private Sql Keyed() => Sql.Format(
        $"""
        select {Hash("key", RowHash.FirstSeed)} as k1, s.key, s.content
        from (select {RowHash.Bytes(Key.Select(index => Values[index]))} as key, {RowHash.Bytes(Values)} as content from ({Projection}) as r offset 0) as s
        """);
}
