using FreshTrack.Build.CommandLine;

namespace FreshTrack.UnitTests.Build.CommandLine;

public sealed class NearestNameTests
{
    private static readonly string[] Names = ["Rehearse", "Rollback", "Test", "Analyze"];

    [Theory]
    [InlineData("Rehears", "Rehearse")]
    [InlineData("rehearse", "Rehearse")]
    [InlineData("Tset", "Test")]
    [InlineData("Anal", "Analyze")]
    public void Misspelt_name_leads_to_the_one_meant(string typed, string meant) =>
        Assert.Equal(meant, Nearest.To(typed, Names)[0]);

    [Fact]
    public void Name_that_resembles_nothing_gets_no_suggestion() =>
        Assert.Empty(Nearest.To("Bake", ["Rehearse", "Rollback"]));

    [Fact]
    public void At_most_three_names_are_suggested_nearest_first() =>
        Assert.Equal(["abc", "abd", "abe"], Nearest.To("abc", ["abg", "abf", "abe", "abd", "abc"]));
}
