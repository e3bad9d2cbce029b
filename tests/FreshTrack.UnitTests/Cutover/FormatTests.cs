using FreshTrack.Cutover;

namespace FreshTrack.UnitTests.Cutover;

public sealed class FormatTests
{
    [Theory]
    [InlineData(1.44, "1.4 s")]
    [InlineData(185, "3 min 05 s")]
    [InlineData(7500, "2 h 05 min")]
    public void A_duration_is_as_precise_as_it_is_long(double seconds, string text) =>
        Assert.Equal(text, Format.Duration(seconds));

    [Theory]
    [InlineData(0.04996, "4.996%", "5%")]
    [InlineData(0.5, "50%", "50%")]
    public void A_share_that_is_judged_keeps_the_digits_that_a_rounded_one_loses(
        double share,
        string exact,
        string rounded
    )
    {
        Assert.Equal(exact, Format.Percent((decimal)share));
        Assert.Equal(rounded, Format.RoundedPercent(share));
    }

    [Theory]
    [InlineData(149.96, "149.96 ms", "150 ms")]
    [InlineData(0.2504, "0.25 ms", "0.25 ms")]
    [InlineData(3146.4, "3146.4 ms", "3,146 ms")]
    public void A_latency_that_is_judged_keeps_the_digits_that_a_rounded_one_loses(
        double milliseconds,
        string exact,
        string rounded
    )
    {
        Assert.Equal(exact, Format.Ms(milliseconds));
        Assert.Equal(rounded, Format.RoundedMs(milliseconds));
    }

    [Fact]
    public void What_was_not_measured_is_a_dash() =>
        Assert.Equal(
            ["–", "–", "–", "–"],
            [
                Format.RoundedMs(double.NaN),
                Format.RoundedPercent(double.NaN),
                Format.Rate(double.PositiveInfinity, "req"),
                Format.Bytes(double.NaN),
            ]
        );
}
