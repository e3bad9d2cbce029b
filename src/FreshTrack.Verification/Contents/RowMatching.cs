using System.Runtime.InteropServices;

namespace FreshTrack.Verification.Contents;

/// <summary>Hashes of one row: two of its key, two of its contents.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HashedRow(long Key1, long Key2, long Content1, long Content2)
{
    public int CompareKey(HashedRow other) => Key1 != other.Key1 ? Key1.CompareTo(other.Key1) : Key2.CompareTo(other.Key2);

    public bool HasContentOf(HashedRow other) => Content1 == other.Content1 && Content2 == other.Content2;
}

/// <summary>One differing row: the source's row, the target's, or both. What rollback inserts, deletes or updates.</summary>
internal sealed record RowPair(HashedRow? Source, HashedRow? Target)
{
    public DifferenceKind Kind => (Source, Target) switch
    {
        (not null, null) => DifferenceKind.Missing,
        (null, not null) => DifferenceKind.Extra,
        _ => DifferenceKind.Changed,
    };

    public long Key1 => (Source ?? Target)!.Value.Key1;
}

/// <summary>Merges two streams that are ordered by key hash, and yields what differs. Memory: the rows of one key.</summary>
internal static class RowMatching
{
    public static async IAsyncEnumerable<RowPair> MatchAsync(IAsyncEnumerable<HashedRow> source, IAsyncEnumerable<HashedRow> target)
    {
        await using var left = source.GetAsyncEnumerator();
        await using var right = target.GetAsyncEnumerator();
        var (hasLeft, hasRight) = (await left.MoveNextAsync(), await right.MoveNextAsync());
        var (lefts, rights) = (new List<HashedRow>(), new List<HashedRow>());
        while (hasLeft || hasRight)
        {
            var order = !hasLeft ? 1 : !hasRight ? -1 : left.Current.CompareKey(right.Current);
            var key = order <= 0 ? left.Current : right.Current;
            lefts.Clear();
            rights.Clear();
            hasLeft = await TakeAsync(left, hasLeft, key, lefts);
            hasRight = await TakeAsync(right, hasRight, key, rights);
            foreach (var pair in Pair(lefts, rights))
            {
                yield return pair;
            }
        }
    }

    /// <summary>Rows of one key: equal contents cancel one to one, the rest pair up as changed, what is left over is missing or extra.</summary>
    private static IEnumerable<RowPair> Pair(List<HashedRow> lefts, List<HashedRow> rights)
    {
        lefts.RemoveAll(row => rights.FindIndex(row.HasContentOf) is var found and >= 0 && RemoveAt(rights, found));
        for (var index = 0; index < Math.Max(lefts.Count, rights.Count); index++)
        {
            yield return new RowPair(index < lefts.Count ? lefts[index] : null, index < rights.Count ? rights[index] : null);
        }
    }

    private static bool RemoveAt(List<HashedRow> rows, int index)
    {
        rows.RemoveAt(index);
        return true;
    }

    private static async Task<bool> TakeAsync(IAsyncEnumerator<HashedRow> rows, bool has, HashedRow key, List<HashedRow> taken)
    {
        while (has && rows.Current.CompareKey(key) == 0)
        {
            taken.Add(rows.Current);
            has = await rows.MoveNextAsync();
        }

        return has;
    }
}
