using FreshTrack.Verification.Contents;
using FreshTrack.Verification.Databases;

namespace FreshTrack.UnitTests.Verification;

public sealed class RowMatchingTests
{
    [Fact]
    public async Task Equal_streams_differ_in_nothing() => Assert.Equal("", await MatchAsync("1a 2b 3c", "1a 2b 3c"));

    [Fact]
    public async Task Lost_extra_and_changed_rows_are_told_apart() =>
        Assert.Equal("1 Missing, 2 Changed, 4 Extra", await MatchAsync("1a 2b 3c", "2x 3c 4d"));

    [Fact]
    public async Task A_duplicated_row_is_extra() => Assert.Equal("2 Extra", await MatchAsync("1a 2b", "1a 2b 2b"));

    [Fact]
    public async Task Of_rows_that_share_a_key_only_the_changed_one_differs() =>
        Assert.Equal("1 Changed", await MatchAsync("1a 1b 1c", "1b 1c 1x"));

    [Fact]
    public async Task Rows_without_a_key_are_matched_however_often_they_repeat() =>
        Assert.Equal("1 Missing, 1 Missing, 2 Extra", await MatchAsync("1a 1a 1a 2b", "1a 2b 2b"));

    [Fact]
    public void Two_answers_of_a_database_to_one_question_are_no_difference()
    {
        var row = new HashedRow(1, 1, 1, 1, ["same"]);
        Assert.Throws<QueryFailedException>(() => new RowPair(row, row with { Content1 = 2 }).ChangedColumns());
        Assert.Equal(
            [1],
            new RowPair(row with { Cells = ["same", null] }, row with { Cells = ["same", ""] }).ChangedColumns()
        );
    }

    [Fact]
    public async Task An_empty_side_lacks_every_row() =>
        Assert.Equal("1 Missing, 2 Missing", await MatchAsync("1a 2b", ""));

    private static async Task<string> MatchAsync(string source, string target)
    {
        var found = new List<string>();
        await foreach (var pair in RowMatching.MatchAsync(Rows(source), Rows(target)))
        {
            found.Add($"{pair.Shown.Key1} {pair.Kind}");
        }

        return string.Join(", ", found);
    }

    private static IAsyncEnumerable<HashedRow> Rows(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(row => new HashedRow(row[0] - '0', 0, row[1], row[1], [$"{row[1]}"]))
            .ToAsyncEnumerable();
}
