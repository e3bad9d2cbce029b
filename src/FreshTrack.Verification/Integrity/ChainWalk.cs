namespace FreshTrack.Verification.Integrity;

/// <param name="Name">The row, by key.</param>
/// <param name="Previous">Hash of the row before; null at the start of the chain.</param>
/// <param name="IsTrue">The hash is the SHA-256 of the row's own contents.</param>
internal sealed record ChainLink(string Name, string? Previous, string Hash, bool IsTrue);

/// <summary>Walks one group's chain from its start.</summary>
internal static class ChainWalk
{
    /// <summary>Broken links by row and cause: first those met on the walk, in its order, then rows that the walk does not reach.</summary>
    public static IReadOnlyList<string> Breaks(IReadOnlyList<ChainLink> links)
    {
        var breaks = new List<string>();
        var followers = links.ToLookup(link => link.Previous ?? "", StringComparer.Ordinal);
        var hashes = links.Select(link => link.Hash).ToHashSet(StringComparer.Ordinal);
        var reached = new HashSet<ChainLink>(ReferenceEqualityComparer.Instance);
        var starts = links.Where(link => link.Previous is null || !hashes.Contains(link.Previous)).OrderBy(link => link.Previous is not null).ToList();
        for (var index = 0; index < starts.Count; index++)
        {
            if (index > 0 || !StartsChain(starts[index].Previous))
            {
                breaks.Add($"{starts[index].Name} ({(starts[index].Previous is null ? "a second start of the chain" : "no row has its previous hash")})");
            }

            Walk(starts[index], followers, reached, breaks);
        }

        breaks.AddRange(links.Where(link => !reached.Contains(link)).Select(link => $"{link.Name} (part of a ring)"));
        return breaks;
    }

    /// <summary>A chain starts with no previous hash, or with the customary zeros.</summary>
    private static bool StartsChain(string? previous) => previous is null || previous.All(digit => digit == '0');

    private static void Walk(ChainLink start, ILookup<string, ChainLink> followers, HashSet<ChainLink> reached, List<string> breaks)
    {
        var next = new Queue<ChainLink>([start]);
        while (next.TryDequeue(out var link))
        {
            if (!reached.Add(link))
            {
                continue;
            }

            if (!link.IsTrue)
            {
                breaks.Add($"{link.Name} (its hash is not that of its contents)");
            }

            foreach (var (follower, order) in followers[link.Hash].Select((follower, order) => (follower, order)))
            {
                if (order > 0)
                {
                    breaks.Add($"{follower.Name} (a second row after {link.Name})");
                }

                next.Enqueue(follower);
            }
        }
    }
}
