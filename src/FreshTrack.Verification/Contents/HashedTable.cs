using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification.Contents;

/// <summary>One side of one table, ready to be hashed.</summary>
/// <param name="Parts">Of the source one for every entry of the plan, of the target one.</param>
/// <param name="Key">Indexes of the columns that identify a row; all of them when the table has no key.</param>
/// <param name="Secret">Per column, whether its values must not be shown.</param>
internal sealed record HashedTable(
    IReadOnlyList<ProjectedRows> Parts,
    IReadOnlyList<int> Key,
    IReadOnlyList<bool> Secret
)
{
    /// <summary>Count and two sums over all rows; each row's hash is not linear in its cells, so neither a swap nor a
    /// pair of changes cancels.</summary>
    public Sql Totals() =>
        Sql.Format(
            $"""
            select count(*),
              coalesce(sum({Hash("content", RowHash.FirstSeed)}), 0)::text,
              coalesce(sum({Hash("content", RowHash.SecondSeed)}), 0)::text
            from ({All(part => part.Contents())}) as s
            """
        );

    /// <summary>The same per segment of the next <paramref name="width"/> bits
    /// of the key's hash, inside the segments given as <c>$1</c>.</summary>
    public Sql Segments(int depth, int width) =>
        Sql.Format(
            $"""
            select k1 & {Mask(depth + width)}, count(*),
              sum({Hash("content", RowHash.FirstSeed)})::text,
              sum({Hash("content", RowHash.SecondSeed)})::text
            from ({All(part => part.Keyed(Key))}) as s
            where k1 & {Mask(depth)} = any($1)
            group by 1
            """
        );

    /// <summary>Hashes of key and row of all rows in the segments given
    /// as <c>$1</c>, ordered by them, and their cells as text.</summary>
    public Sql Rows(int depth, RowCells wanted)
    {
        var rows = All(part =>
            part.Rows(
                Key,
                hash => Sql.Format($"{hash} & {Mask(depth)} = any($1)"),
                wanted == RowCells.Key ? Key : [.. Enumerable.Range(0, Secret.Count)],
                (value, index) => Cell(value, index, wanted)
            )
        );
        return Sql.Format(
            $"""
            select k1,
              {Hash("key", RowHash.SecondSeed)} as k2,
              {Hash("content", RowHash.FirstSeed)} as h1,
              {Hash("content", RowHash.SecondSeed)} as h2,
              cells
            from ({rows}) as s
            order by 1, 2, 3, 4
            """
        );
    }

    private Sql Cell(Sql value, int index, RowCells wanted) =>
        (wanted, Secret[index]) switch
        {
            (RowCells.Whole or RowCells.Key, _) => ProjectedRows.Whole(value),
            (_, true) => ProjectedRows.Masked(value),
            _ => ProjectedRows.Shown(value),
        };

    private Sql All(Func<ProjectedRows, Sql> rows) => Sql.Join(" union all ", Parts.Select(rows));

    private static Sql Hash(string bytes, long seed) => RowHash.OfBytes(Sql.Format($"s.{new Identifier(bytes)}"), seed);

    private static long Mask(int bits) => (1L << bits) - 1;
}

/// <summary>Which cells come with a row, and in what form.</summary>
internal enum RowCells
{
    /// <summary>All, for people: long values are cut and secrets are hashed.</summary>
    Shown,

    /// <summary>All, each value in full, secrets included.</summary>
    Whole,

    /// <summary>Those of the key alone, in the key's order, each in full.</summary>
    Key,
}
