using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.IntegrationTests.Verification.Corpus;

/// <summary>Every class of corruption is found wherever it happens,
/// and every row of it is named: none missed, none mislocated.</summary>
public sealed class CorpusTests(CorpusDatabases databases) : IClassFixture<CorpusDatabases>
{
    public static TheoryData<string> Classes => [.. Corruptions.All.Select(corruption => corruption.Name)];

    /// <summary>Ten at once, and some of them alone: what happens once has nothing to hide behind.</summary>
    private static (int Positions, int Alone) Depth =>
        Environment.GetEnvironmentVariable("FRESHTRACK_TEST_DEPTH") == "full" ? (200, 3) : (10, 1);

    [Theory]
    [MemberData(nameof(Classes))]
    public async Task Every_row_is_found_and_named(string name)
    {
        var corruption = Corruptions.All.Single(corruption => corruption.Name == name);
        var rounds = await databases.RoundsAsync(corruption, Depth.Positions);
        var alone = corruption.OneAtATime ? [] : rounds[0].Chunk(corruption.Width).Take(Depth.Alone);
        foreach (var positions in rounds.Concat(alone))
        {
            await ExpectFoundAsync(corruption, positions);
        }
    }

    [Fact]
    public async Task Order_of_rows_and_of_keys_in_jsonb_is_no_difference()
    {
        var (_, result) = await databases.VerifyDamagedAsync(
            new Corruption(
                "none",
                "samples",
                "select seq from samples",
                "select id::text from samples where seq = any($1)",
                """
                update samples
                set meta = (select jsonb_object_agg(key, value order by key desc) from jsonb_each(meta))
                where seq = any($1)
                """,
                DifferenceKind.Changed,
                [],
                []
            ),
            [.. Enumerable.Range(1, 400)]
        );
        Assert.DoesNotContain(result.Checks, check => check.Verdict != Verdict.Pass);
    }

    private async Task ExpectFoundAsync(Corruption corruption, int[] positions)
    {
        var (expected, result) = await databases.VerifyDamagedAsync(corruption, positions);
        var reasons = result.Checks.Where(check => check.Verdict != Verdict.Pass).Select(check => check.Reason);
        var where = $"{corruption.Name} at {string.Join(", ", positions)}: {string.Join(" | ", reasons)}";
        var contents = Assert.Single(
            result.Checks,
            check => check.Check == CheckNames.Contents && check.Subject == $"public.{corruption.Table}"
        );
        Assert.True(contents is { Verdict: Verdict.Fail, Differences: not null }, where);
        Assert.Equal(expected.Count, contents.Differences.Total);
        Assert.Equal(expected.Count, contents.Violations);
        Assert.Equal(Math.Min(expected.Count, Differences.MaximumListed), contents.Differences.Listed.Count);

        var left = expected.Select(row => row.Contains(':') ? row : $"{corruption.Kind}:{row}").ToList();
        Assert.All(
            contents.Differences.Listed,
            row =>
                Assert.True(
                    left.Remove($"{row.Kind}:{Assert.Single(row.Key).Value}"),
                    $"{row} is not what was damaged. {where}"
                )
        );
        Assert.All(
            contents.Differences.Listed,
            row => Assert.Equal(corruption.Columns, row.Cells.Select(cell => cell.Column))
        );
        Assert.Equal(corruption.Columns, contents.Differences.Columns.Select(column => column.Column));
        Assert.DoesNotContain(result.Checks, check => check.Verdict == Verdict.Inconclusive);
        Assert.DoesNotContain(
            result.Checks,
            check => check.Check == CheckNames.Contents && check != contents && check.Verdict != Verdict.Pass
        );
        Assert.All(
            corruption.AlsoFails,
            name =>
                Assert.True(
                    result.Checks.Any(check => check.Check == name && check.Verdict == Verdict.Fail),
                    $"{name} did not fail. {where}"
                )
        );
    }
}
