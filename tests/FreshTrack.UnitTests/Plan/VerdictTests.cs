using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Plan;

public sealed class VerdictTests
{
    [Fact]
    public void What_nobody_judged_is_an_open_question()
    {
        Assert.Equal(Verdict.Inconclusive, default);
        Assert.Equal(Verdict.Inconclusive, Array.Empty<Verdict>().Worst());
    }

    [Theory]
    [InlineData(Verdict.Pass, Verdict.Warn, Verdict.Warn)]
    [InlineData(Verdict.Warn, Verdict.Inconclusive, Verdict.Inconclusive)]
    [InlineData(Verdict.Inconclusive, Verdict.Fail, Verdict.Fail)]
    [InlineData(Verdict.Pass, Verdict.Fail, Verdict.Fail)]
    public void A_known_failure_outranks_an_open_question(Verdict better, Verdict worse, Verdict expected)
    {
        Assert.Equal(expected, new[] { better, worse, better }.Worst());
        Assert.Equal(expected, new[] { worse, better }.Worst());
    }
}
