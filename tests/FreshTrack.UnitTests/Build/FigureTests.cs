using FreshTrack.Build.Benchmarking;

namespace FreshTrack.UnitTests.Build;

public sealed class FigureTests
{
    [Theory]
    [InlineData(8, 10, true)]
    [InlineData(9, 10, false)]
    [InlineData(0, 0, false)]
    public void A_ratio_above_its_limit_or_that_is_no_number_does_not_hold(
        double subject,
        double reference,
        bool holds
    ) => Assert.Equal(holds, Figure.Lower("figure", "s", subject, reference, limit: 0.8, aim: 0.7).Holds());

    [Fact]
    public void A_figure_without_a_limit_is_reported_and_holds() =>
        Assert.True(Figure.Lower("figure", "s", 9, 1, limit: null, aim: null).Holds());

    [Theory]
    [InlineData(104, true)]
    [InlineData(96, true)]
    [InlineData(106, false)]
    [InlineData(94, false)]
    public void A_figure_that_must_meet_its_reference_holds_near_it_on_either_side(double subject, bool holds) =>
        Assert.Equal(holds, Figure.Either("figure", "ms", subject, 100, limit: 1.05, aim: null).Holds());
}
