using FreshTrack.Cutover.Gating;

namespace FreshTrack.UnitTests.Gating;

public sealed class RankComparisonTests
{
    private static readonly double[] OneToTen = [.. Enumerable.Range(1, 10).Select(value => (double)value)];

    // Counted pair by pair, U of 50 and the tie-corrected deviation put into the normal distribution.
    [Theory]
    [InlineData(0, 0.515132)]
    [InlineData(2, 0.092275)]
    [InlineData(4, 0.008503)]
    [InlineData(10, 0.000091)]
    public void A_shifted_sample_has_its_p_value_and_its_shift(double by, double p)
    {
        var comparison = RankComparison.Of([.. OneToTen.Select(value => value + by)], OneToTen);

        Assert.Equal(by, comparison.Shift);
        Assert.Equal(p, comparison.P, tolerance: 0.000001);
    }

    [Fact]
    public void Samples_that_are_equal_throughout_show_nothing() =>
        Assert.Equal(new RankComparison(1, 0), RankComparison.Of([40, 40, 40], [40, 40]));

    [Fact]
    public void One_value_far_out_moves_neither()
    {
        var comparison = RankComparison.Of([.. OneToTen.SkipLast(1), 10_000], OneToTen);

        Assert.Equal((0.5, 0), (Math.Round(comparison.P, 1), comparison.Shift));
    }
}
