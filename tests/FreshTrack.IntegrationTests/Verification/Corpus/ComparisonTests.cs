using System.Globalization;

namespace FreshTrack.IntegrationTests.Verification.Corpus;

/// <summary>What other ways of comparing see of the same corpus, one position at a time: the table in docs/VERIFICATION.md.</summary>
/// <remarks>FRESHTRACK_APPROVE=corpus writes the table from 50 positions a class; otherwise ten a class are held against what it says.</remarks>
public sealed class ComparisonTests(CorpusDatabases databases) : IClassFixture<CorpusDatabases>
{
    private const string Begin = "<!-- corpus -->";
    private const string End = "<!-- end of corpus -->";

    private static readonly bool Approves = Environment.GetEnvironmentVariable("FRESHTRACK_APPROVE") == "corpus";

    [Fact]
    public async Task Equal_sides_are_equal_to_all()
    {
        foreach (var table in new[] { "places", "samples", "readings", "events" })
        {
            foreach (var verifier in NaiveVerifier.All)
            {
                Assert.False(await databases.SeesDifferenceAsync(verifier.OfSource(table), verifier.OfTarget(table)), $"{verifier.Name} of {table}");
            }
        }
    }

    [Fact]
    public async Task The_documentation_shows_what_they_see()
    {
        var path = Path.Combine(Root(), "docs", "VERIFICATION.md");
        var page = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        Assert.True(begin >= Begin.Length && end > begin, $"{path} has no table between '{Begin}' and '{End}'.");
        var shares = new List<(Corruption Corruption, double[] Seen)>();
        foreach (var corruption in Corruptions.All)
        {
            shares.Add((corruption, await MeasureAsync(corruption, Approves ? 50 : 10)));
        }

        if (Approves)
        {
            await File.WriteAllTextAsync(path, $"{page[..begin]}\n{Table(shares)}{page[end..]}", TestContext.Current.CancellationToken);
            return;
        }

        var documented = page[begin..end].Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(2).ToArray();
        Assert.Equal(shares.Count, documented.Length);
        Assert.All(shares.Zip(documented), row => Assert.True(Agrees(row.First, row.Second), $"Measured {Line(row.First)} Documented {row.Second} Measure again with FRESHTRACK_APPROVE=corpus."));
    }

    /// <returns>For each verifier, the share of positions at which it sees the damage.</returns>
    private async Task<double[]> MeasureAsync(Corruption corruption, int most)
    {
        var positions = (await databases.PositionsAsync(corruption, seed: 0)).Chunk(corruption.InPairs ? 2 : 1).Take(most).ToList();
        var seen = new double[NaiveVerifier.All.Count];
        foreach (var position in positions)
        {
            await databases.WhileDamagedAsync(corruption, position, async _ =>
            {
                foreach (var (index, verifier) in NaiveVerifier.All.Index())
                {
                    seen[index] += await databases.SeesDifferenceAsync(verifier.OfSource(corruption.Table), verifier.OfTarget(corruption.Table)) ? 1.0 / positions.Count : 0;
                }

                return true;
            });
        }

        return seen;
    }

    private static string Table(IEnumerable<(Corruption Corruption, double[] Seen)> shares)
    {
        var head = $"| class | {string.Join(" | ", NaiveVerifier.All.Select(verifier => verifier.Name))} | this verifier |";
        return string.Join('\n', [head, $"|---|{string.Concat(Enumerable.Repeat("---|", NaiveVerifier.All.Count + 1))}", .. shares.Select(Line)]) + "\n";
    }

    private static string Line((Corruption Corruption, double[] Seen) share) =>
        $"| {share.Corruption.Name.Replace("|", @"\|", StringComparison.Ordinal)} | {string.Join(" | ", share.Seen.Select(Word))} | all, named |";

    /// <summary>Floating sums of shares come near to one.</summary>
    private static string Word(double share) =>
        share < 1e-9 ? "–" : share > 1 - 1e-9 ? "all" : share.ToString("P0", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal);

    /// <summary>Ten positions say nothing against a share; against all and none they do.</summary>
    private static bool Agrees((Corruption Corruption, double[] Seen) share, string documented) =>
        Line(share).Split('|').Zip(documented.Split('|')).All(cell => cell.First == cell.Second || cell.Second.EndsWith("% ", StringComparison.Ordinal))
        && Line(share).Split('|').Length == documented.Split('|').Length;

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "FreshTrack.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }

        return folder.FullName;
    }
}
