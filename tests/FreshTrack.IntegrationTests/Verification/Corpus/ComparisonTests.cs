using FreshTrack.Fixtures.Images;

namespace FreshTrack.IntegrationTests.Verification.Corpus;

/// <summary>What other ways of comparing see of the same corpus,
/// one position at a time: the table in docs/VERIFICATION.md.</summary>
/// <remarks>FRESHTRACK_APPROVE=corpus writes it. Every class is seen wherever it happens or nowhere, so ten positions
/// show what 200 do.</remarks>
public sealed class ComparisonTests(CorpusDatabases databases) : IClassFixture<CorpusDatabases>
{
    private const string Begin = "<!-- corpus -->\n";
    private const string End = "<!-- end of corpus -->";

    private static readonly bool Approves = Environment.GetEnvironmentVariable("FRESHTRACK_APPROVE") == "corpus";

    public static TheoryData<string> Tables => [.. CorpusDatabases.Tables];

    private static int Positions =>
        Approves || Environment.GetEnvironmentVariable("FRESHTRACK_TEST_DEPTH") == "full" ? 200 : 10;

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Equal_sides_are_equal_to_all(string table) =>
        Assert.Equal(
            await databases.AskSourceAsync(NaiveVerifier.OfSource(table)),
            await databases.AskDamagedAsync(NaiveVerifier.OfTarget(table), "select $1", [])
        );

    [Fact]
    public async Task The_documentation_shows_what_they_see()
    {
        var path = Path.Combine(RepositoryRoot.Find(), "docs", "VERIFICATION.md");
        var page = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var (begin, end) = (page.IndexOf(Begin) + Begin.Length, page.IndexOf(End));
        Assert.True(
            begin >= Begin.Length && end >= begin,
            $"{path} has no table between '{Begin.Trim()}' and '{End}'."
        );

        var measured = await MeasureAsync();
        if (Approves)
        {
            await File.WriteAllTextAsync(
                path,
                page[..begin] + measured + page[end..],
                TestContext.Current.CancellationToken
            );
        }
        else
        {
            Assert.True(
                measured == page[begin..end],
                $"{path} does not show what was measured at {Positions} positions. "
                    + $"FRESHTRACK_APPROVE=corpus writes:\n{measured}"
            );
        }
    }

    private async Task<string> MeasureAsync()
    {
        List<string> lines =
        [
            $"| class | {string.Join(" | ", NaiveVerifier.All.Select(verifier => verifier.Name))} | this verifier |",
            $"|---|{string.Concat(Enumerable.Repeat("---|", NaiveVerifier.All.Count + 1))}",
        ];
        foreach (var corruption in Corruptions.All)
        {
            var seen = await SeenAsync(corruption);
            lines.Add(
                $"| {Text(corruption.Name)} | {string.Join(" | ", seen.Select(Word))} | all, "
                    + $"named{string.Concat(corruption.AlsoFails.Select(check => $"; `{check}`"))} |"
            );
        }

        return string.Join('\n', lines) + "\n";
    }

    /// <returns>For each verifier, the number of positions at which it sees the damage.</returns>
    private async Task<int[]> SeenAsync(Corruption corruption)
    {
        var whole = await databases.AskSourceAsync(NaiveVerifier.OfSource(corruption.Table));
        var seen = new int[whole.Length];
        foreach (
            var position in (await databases.RoundsAsync(corruption, Positions)).SelectMany(round =>
                round.Chunk(corruption.Width)
            )
        )
        {
            var damaged = await databases.AskDamagedAsync(
                NaiveVerifier.OfTarget(corruption.Table),
                corruption.Damage,
                position
            );
            foreach (var index in Enumerable.Range(0, seen.Length).Where(index => damaged[index] != whole[index]))
            {
                seen[index]++;
            }
        }

        return seen;
    }

    private static string Word(int seen) =>
        seen == 0 ? "–"
        : seen == Positions ? "all"
        : $"{seen} of {Positions}";

    private static string Text(string name) => name.Replace("|", @"\|").Replace("<", "&lt;");
}
