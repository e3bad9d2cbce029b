namespace FreshTrack.Plan.Drafting;

/// <summary>How much two names or two sets have in common, from 0 to 1 (Sørensen–Dice).</summary>
internal static class Similarity
{
    /// <summary>By pairs of neighbouring letters and digits; case and punctuation do not count.</summary>
    public static double OfNames(string left, string right)
    {
        var (ofLeft, ofRight) = (Pairs(left), Pairs(right));
        return Of(ofLeft, ofRight);
    }

    public static double Of(IReadOnlyCollection<string> left, IReadOnlyCollection<string> right) =>
        left.Count + right.Count == 0 ? 0 : 2.0 * left.Intersect(right).Count() / (left.Count + right.Count);

    private static HashSet<string> Pairs(string name)
    {
        var letters = string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();
        return [.. Enumerable.Range(0, Math.Max(0, letters.Length - 1)).Select(at => letters.Substring(at, 2))];
    }
}
