using System.Runtime.InteropServices;

namespace FreshTrack.Verification.Contents;

/// <summary>Two hashes of a row's key, two of its contents, and its cells as text.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HashedRow(
    long Key1,
    long Key2,
    long Content1,
    long Content2,
    IReadOnlyList<string?> Cells
)
{
    /// <summary>By key, then by contents: zero for equal rows.</summary>
    public int OrderAgainst(HashedRow other) =>
        (Key1, Key2, Content1, Content2).CompareTo((other.Key1, other.Key2, other.Content1, other.Content2));

    public bool HasKeyOf(HashedRow other) => Key1 == other.Key1 && Key2 == other.Key2;
}

/// <summary>One differing row: the source's row, the target's, or both.</summary>
internal sealed record RowPair(HashedRow? Source, HashedRow? Target)
{
    public DifferenceKind Kind =>
        (Source, Target) switch
        {
            (not null, null) => DifferenceKind.Missing,
            (null, not null) => DifferenceKind.Extra,
            _ => DifferenceKind.Changed,
        };

    /// <summary>The source's row, or the target's where the source has none.</summary>
    public HashedRow Shown => (Source ?? Target)!.Value;

    /// <summary>Indexes of the columns that a changed row differs in; none for a missing or extra row.</summary>
    /// <exception cref="Databases.QueryFailedException">The rows' hashes
    /// differ and no cell does: a database gave two answers.</exception>
    public IReadOnlyList<int> ChangedColumns()
    {
        if (Source is not { } source || Target is not { } target)
        {
            return [];
        }

        List<int> changed =
        [
            .. Enumerable.Range(0, source.Cells.Count).Where(index => source.Cells[index] != target.Cells[index]),
        ];
        return changed.Count > 0
            ? changed
            : throw new Databases.QueryFailedException(
                "Two rows hash differently though all of their cells are alike."
            );
    }
}

/// <summary>Merges two streams that are ordered by the hashes of key and contents, and yields what differs. Memory: the
/// differing rows of one key.</summary>
internal static class RowMatching
{
    public static async IAsyncEnumerable<RowPair> MatchAsync(
        IAsyncEnumerable<HashedRow> source,
        IAsyncEnumerable<HashedRow> target
    )
    {
        await using var left = source.GetAsyncEnumerator();
        await using var right = target.GetAsyncEnumerator();
        var (hasLeft, hasRight) = (await left.MoveNextAsync(), await right.MoveNextAsync());
        var (lefts, rights, last) = (new List<HashedRow>(), new List<HashedRow>(), default(HashedRow));
        while (hasLeft || hasRight)
        {
            var order =
                !hasLeft ? 1
                : !hasRight ? -1
                : left.Current.OrderAgainst(right.Current);
            var next = order <= 0 ? left.Current : right.Current;
            foreach (var pair in next.HasKeyOf(last) ? [] : Take(lefts, rights))
            {
                yield return pair;
            }

            if (order != 0)
            {
                (order < 0 ? lefts : rights).Add(next);
            }

            last = next;
            hasLeft = order > 0 ? hasLeft : await left.MoveNextAsync();
            hasRight = order < 0 ? hasRight : await right.MoveNextAsync();
        }

        foreach (var pair in Take(lefts, rights))
        {
            yield return pair;
        }
    }

    /// <summary>Differing rows of one key pair up as changed; what is left over is missing or extra.</summary>
    private static RowPair[] Take(List<HashedRow> lefts, List<HashedRow> rights)
    {
        RowPair[] pairs =
        [
            .. Enumerable
                .Range(0, Math.Max(lefts.Count, rights.Count))
                .Select(index => new RowPair(
                    index < lefts.Count ? lefts[index] : null,
                    index < rights.Count ? rights[index] : null
                )),
        ];
        lefts.Clear();
        rights.Clear();
        return pairs;
    }
}
