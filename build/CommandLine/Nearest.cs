namespace FreshTrack.Build.CommandLine;

/// <summary>Finds what a misspelt name may have meant.</summary>
public static class Nearest
{
    /// <returns>Up to three of the names, nearest first; none when nothing is near.</returns>
    public static IReadOnlyList<string> To(string name, IEnumerable<string> names)
    {
        return
        [
            .. names
                .Select(candidate =>
                    (Name: candidate, Distance: Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant()))
                )
                .Where(candidate =>
                    candidate.Distance <= Math.Max(2, name.Length / 3)
                    || (name.Length > 1 && candidate.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase))
                )
                .OrderBy(candidate => candidate.Distance)
                .ThenBy(candidate => candidate.Name)
                .Select(candidate => candidate.Name)
                .Take(3),
        ];
    }

    /// <returns>A sentence with a space after it, or nothing.</returns>
    internal static string Suggest(string name, IEnumerable<string> names, string prefix)
    {
        var near = To(name, names);
        return near.Count == 0
            ? ""
            : $"Did you mean {string.Join(" or ", near.Select(candidate => prefix + candidate))}? ";
    }

    // Edit distance in which two swapped neighbours count as one mistake.
    private static int Distance(string left, string right)
    {
        var table = Enumerable.Range(0, left.Length + 1).Select(_ => new int[right.Length + 1]).ToArray();
        for (var row = 0; row <= left.Length; row++)
        {
            for (var column = 0; column <= right.Length; column++)
            {
                table[row][column] = row == 0 || column == 0 ? row + column : Cheapest(row, column);
            }
        }

        return table[left.Length][right.Length];

        int Cheapest(int row, int column)
        {
            var change = left[row - 1] == right[column - 1] ? 0 : 1;
            var best = Math.Min(
                Math.Min(table[row - 1][column], table[row][column - 1]) + 1,
                table[row - 1][column - 1] + change
            );
            var swapped =
                row > 1 && column > 1 && left[row - 1] == right[column - 2] && left[row - 2] == right[column - 1];
            return swapped ? Math.Min(best, table[row - 2][column - 2] + 1) : best;
        }
    }
}
