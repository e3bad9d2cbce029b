using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace FreshTrack.Verification.Rules;

/// <summary>One hashed row, small enough to hold a group of millions of them.</summary>
/// <param name="Row">Its number in the order in which the rows are read.</param>
/// <param name="Previous">Hash of the row before; null where a chain starts.</param>
/// <param name="IsTrue">The hash is the SHA-256 of the row's own contents.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ChainLink(long Row, UInt128? Previous, UInt128 Hash, bool IsTrue)
{
    /// <summary>Stands for a hash of any form and length; two hashes never share one by accident.</summary>
    public static UInt128 Short(string hash) =>
        BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(hash)));
}

/// <param name="Cause">As a clause about the row: "no row has its previous hash".</param>
internal sealed record ChainBreak(long Row, string Cause);

/// <summary>Walks one group's chain from its start.</summary>
internal sealed class ChainWalk
{
    private readonly IReadOnlyList<ChainLink> links;
    private readonly (UInt128 Previous, int Index)[] followers;
    private readonly bool[] reached;
    private readonly List<ChainBreak> breaks = [];

    private ChainWalk(IReadOnlyList<ChainLink> links)
    {
        this.links = links;
        followers =
        [
            .. links
                .Index()
                .Where(link => link.Item.Previous is not null)
                .Select(link => (link.Item.Previous!.Value, link.Index))
                .Order(),
        ];
        reached = new bool[links.Count];
    }

    /// <summary>Broken links: first those met on the walk, in its order, then rows that the walk does not
    /// reach.</summary>
    public static IReadOnlyList<ChainBreak> Breaks(IReadOnlyList<ChainLink> links)
    {
        var walk = new ChainWalk(links);
        walk.WalkAll();
        return walk.breaks;
    }

    private void WalkAll()
    {
        var hashes = links.Select(link => link.Hash).Order().ToArray();
        var (first, dangling) = (
            links.Index().Where(link => link.Item.Previous is null),
            links.Index().Where(link => link.Item.Previous is { } hash && Array.BinarySearch(hashes, hash) < 0)
        );
        foreach (var (order, start) in first.Index())
        {
            Walk(start.Index, order > 0 ? "a second start of the chain" : null);
        }

        foreach (var start in dangling)
        {
            Walk(start.Index, "no row has its previous hash");
        }

        breaks.AddRange(
            links.Where((_, index) => !reached[index]).Select(link => new ChainBreak(link.Row, "part of a ring"))
        );
    }

    private void Walk(int start, string? fault)
    {
        var next = new Queue<(int Index, string? Fault)>([(start, fault)]);
        while (next.TryDequeue(out var link))
        {
            if (reached[link.Index])
            {
                continue;
            }

            reached[link.Index] = true;
            Note(link.Index, link.Fault);
            Note(link.Index, links[link.Index].IsTrue ? null : "its hash is not that of its contents");
            foreach (var (order, follower) in FollowersOf(links[link.Index].Hash).Index())
            {
                next.Enqueue((follower, order > 0 ? "a second row after the same one" : null));
            }
        }
    }

    private void Note(int index, string? fault)
    {
        if (fault is not null)
        {
            breaks.Add(new ChainBreak(links[index].Row, fault));
        }
    }

    private IEnumerable<int> FollowersOf(UInt128 hash)
    {
        for (
            var at = ~Array.BinarySearch(followers, (hash, -1));
            at < followers.Length && followers[at].Previous == hash;
            at++
        )
        {
            yield return followers[at].Index;
        }
    }
}
