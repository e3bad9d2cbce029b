using FreshTrack.Cutover.Steps;
using FreshTrack.Migration.Freezing;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Cutover.Steps;

public sealed class ClockStepsTests
{
    [Theory]
    [InlineData(1.9, 0, Verdict.Pass)]
    [InlineData(-1.9, 0, Verdict.Pass)]
    [InlineData(2.1, 0, Verdict.Warn)]
    [InlineData(2.1, 0.5, Verdict.Pass)]
    [InlineData(-60, 0, Verdict.Warn)]
    [InlineData(-61, 0.5, Verdict.Fail)]
    public void A_clock_is_judged_by_what_it_is_off_at_least(double seconds, double uncertainty, Verdict expected)
    {
        var result = ClockSteps.Judge([
            new ClockDifference("source", 0, 0),
            new ClockDifference("target", seconds, uncertainty),
        ]);

        Assert.Equal(expected, result.Verdict);
    }

    [Fact]
    public void A_clock_that_is_off_is_named_with_its_direction()
    {
        var result = ClockSteps.Judge([new ClockDifference("source", -75.04, 0), new ClockDifference("target", 90, 0)]);

        Assert.StartsWith(
            "the clock of the source is 75.0 s behind this machine's; the clock of the target is 90.0 s ahead of this "
                + "machine's. ",
            result.Summary
        );
    }
}
