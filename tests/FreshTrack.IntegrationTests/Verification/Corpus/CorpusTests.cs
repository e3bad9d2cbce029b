using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.IntegrationTests.Verification.Corpus;

/// <summary>Every class of corruption is found wherever it happens, and every row of it is named: none missed, none mislocated.</summary>
public sealed class CorpusTests(CorpusDatabases databases) : IClassFixture<CorpusDatabases>
{
    private const int AtOnce = 10;

    public static TheoryData<string> Classes => [.. Corruptions.All.Select(corruption => corruption.Name)];

    /// <summary>Rounds of ten positions, and some positions alone: what happens once has nothing to hide behind.</summary>
    private static (int Rounds, int Alone) Depth => Environment.GetEnvironmentVariable("FRESHTRACK_TEST_DEPTH") == "full" ? (20, 10) : (1, 1);

    [Theory]
    [MemberData(nameof(Classes))]
    public async Task Every_row_is_found_and_named(string name)
    {
        var corruption = Corruptions.All.Single(corruption => corruption.Name == name);
        for (var round = 0; round < Depth.Rounds; round++)
        {
            var positions = await databases.PositionsAsync(corruption, seed: round);
            foreach (var some in corruption.OneAtATime ? positions.Take(AtOnce).Chunk(1) : [positions[..Math.Min(positions.Length, AtOnce)]])
            {
                await ExpectFoundAsync(corruption, some);
            }
        }

        var alone = corruption.InPairs ? 2 : 1;
        foreach (var one in (await databases.PositionsAsync(corruption, seed: -1)).Chunk(alone).Take(Depth.Alone))
        {
            await ExpectFoundAsync(corruption, one);
        }
    }

    [Fact]
    public async Task Order_of_rows_and_of_keys_in_jsonb_is_no_difference()
    {
        var result = await databases.WhileDamagedAsync(
            new Corruption("none", "samples", "select 1", "select id::text from samples where seq = any($1)",
                "update samples set meta = (select jsonb_object_agg(key, value order by key desc) from jsonb_each(meta)) where $1 is not null", DifferenceKind.Changed, [], []),
            [],
            _ => databases.VerifyAsync());
        Assert.DoesNotContain(result.Checks, check => check.Verdict != Verdict.Pass);
    }

    private async Task ExpectFoundAsync(Corruption corruption, int[] positions)
    {
        var (expected, result) = await databases.WhileDamagedAsync(corruption, positions, async touched => (touched, await databases.VerifyAsync()));
        var where = $"{corruption.Name} at {string.Join(", ", positions)}: {string.Join(" | ", result.Checks.Where(check => check.Verdict != Verdict.Pass).Select(check => check.Reason))}";
        var contents = Assert.Single(result.Checks, check => check.Check == CheckNames.Contents && check.Subject == $"public.{corruption.Table}");
        Assert.True(contents is { Verdict: Verdict.Fail, Differences: not null }, where);
        Assert.Equal(expected.Count, contents.Differences.Total);
        Assert.Equal(expected.Count, contents.Violations);
        Assert.Equal(Math.Min(expected.Count, Differences.MaximumListed), contents.Differences.Listed.Count);

        var left = expected.Select(row => row.Contains(':', StringComparison.Ordinal) ? row : $"{corruption.Kind}:{row}").ToList();
        Assert.All(contents.Differences.Listed, row => Assert.True(left.Remove($"{row.Kind}:{Assert.Single(row.Key).Value}"), $"{row} is not what was damaged. {where}"));
        Assert.All(contents.Differences.Listed, row => Assert.Equal(corruption.Columns, row.Cells.Select(cell => cell.Column)));
        Assert.Equal(corruption.Columns, contents.Differences.Columns.Select(column => column.Column));
        Assert.DoesNotContain(result.Checks, check => check.Check == CheckNames.Contents && check != contents && check.Verdict != Verdict.Pass);
        Assert.All(corruption.AlsoFails, name => Assert.True(result.Checks.Any(check => check.Check == name && check.Verdict == Verdict.Fail), $"{name} did not fail. {where}"));
    }
}
