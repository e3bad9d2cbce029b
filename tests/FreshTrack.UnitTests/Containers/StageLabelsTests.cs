using FreshTrack.Fixtures.Containers;

namespace FreshTrack.UnitTests.Containers;

public sealed class StageLabelsTests
{
    private static readonly HashSet<string> Living = new() { "41@1000", "42@2000" };

    [Theory]
    [InlineData("41@1000", false)]
    [InlineData("40@1000", true)]
    // The id lives again, in a younger process.
    [InlineData("42@1000", true)]
    [InlineData("", true)]
    public void What_no_living_process_owns_is_left_over(string owner, bool leftOver) =>
        Assert.Equal(leftOver, StageLabels.IsLeftover(owner, "no", Living));

    [Fact]
    public void A_kept_stage_outlives_its_process() => Assert.False(StageLabels.IsLeftover("40@1000", "yes", Living));

    [Fact]
    public void This_process_is_among_the_living() => Assert.Contains(StageLabels.ThisProcess(), StageLabels.Living());
}
