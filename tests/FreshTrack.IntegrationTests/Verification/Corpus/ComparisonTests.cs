using System.Globalization;
using FreshTrack.Fixtures.Images;

namespace FreshTrack.IntegrationTests.Verification.Corpus;

/// <summary>What other ways of comparing see of the same corpus, one position at a time: the table in docs/VERIFICATION.md.</summary>
/// <remarks>FRESHTRACK_APPROVE=corpus writes the table from 50 positions a class; otherwise ten a class are held against what it says.</remarks>
public sealed class ComparisonTests(CorpusDatabases databases) : IClassFixture<CorpusDatabases>
{
    private const string Begin = "<!-- corpus -->";
    private const string End = "<!-- end of corpus -->";

    private static readonly bool Approves = Environment.GetEnvironmentVariable("FRESHTRACK_APPROVE") == "corpus";

    public static TheoryData<string> Tables => [.. CorpusDatabases.Tables];

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Equal_sides_are_equal_to_all(string table) =>
        Assert.Equal(await databases.AskSourceAsync(NaiveVerifier.OfSource(table)), await databases.AskDamagedAsync(NaiveVerifier.OfTarget(table), "select $1", []));

    [Fact]
    public async Task The_documentation_shows_what_they_see()
    {
        var path = Path.Combine(RepositoryRoot.Find(), "docs", "VERIFICATION.md");
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
        var whole = await databases.AskSourceAsync(NaiveVerifier.OfSource(corruption.Table));
        var positions = (await databases.RoundsAsync(corruption, most)).SelectMany(round => round.Chunk(corruption.Width)).ToList();
        var seen = new double[whole.Length];
        foreach (var position in positions)
        {
            var damaged = await databases.AskDamagedAsync(NaiveVerifier.OfTarget(corruption.Table), corruption.Damage, position);
            foreach (var index in Enumerable.Range(0, seen.Length).Where(index => damaged[index] != whole[index]))
            {
                seen[index] += 1.0 / positions.Count;
            }
        }

        return seen;
    }

    private static string Table(IEnumerable<(Corruption Corruption, double[] Seen)> shares)
    {
        var head = $"| class | {string.Join(" | ", NaiveVerifier.All.Select(verifier => verifier.Name))} | this verifier |";
        return string.Join('\n', [head, $"|---|{string.Concat(Enumerable.Repeat("---|", NaiveVerifier.All.Count + 1))}", .. shares.Select(Line)]) + "\n";
    }

    private static string Line((Corruption Corruption, double[] Seen) share) =>
        $"| {Text(share.Corruption.Name)} | {string.Join(" | ", share.Seen.Select(Word))} | all, named{string.Concat(share.Corruption.AlsoFails.Select(check => $"; `{check}`"))} |";

    private static string Text(string name) => name.Replace("|", @"\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    /// <summary>Floating sums of shares come near to one.</summary>
    private static string Word(double share) =>
        share < 1e-9 ? "–" : share > 1 - 1e-9 ? "all" : share.ToString("P0", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal);

    /// <summary>Ten positions say nothing against a share; against all and none they do.</summary>
    private static bool Agrees((Corruption Corruption, double[] Seen) share, string documented) =>
        Line(share).Split('|').Zip(documented.Split('|')).All(cell => cell.First == cell.Second || cell.Second.EndsWith("% ", StringComparison.Ordinal))
        && Line(share).Split('|').Length == documented.Split('|').Length;
}
