using FreshTrack.Cutover.Evidence;
using FreshTrack.Load;

namespace FreshTrack.UnitTests.Load;

public sealed class SelfCheckTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(2000, 2)]
    [InlineData(10_000, 2)]
    [InlineData(400, 10)]
    [InlineData(10, 20)]
    public void The_generator_may_be_four_arrivals_behind(double rate, double milliseconds) =>
        Assert.Equal(milliseconds, SelfCheck.LagBudget(rate));

    [Fact]
    public void A_generator_within_its_budgets_raises_no_doubt() => Assert.Null(Doubt());

    [Fact]
    public void Arrivals_that_were_not_made_raise_doubt()
    {
        Assert.Null(Doubt(inTime: 9950));
        Assert.Contains("9949 of 10000 planned arrivals", Doubt(inTime: 9949));
    }

    [Fact]
    public void Arrivals_that_the_target_held_back_are_not_the_generators_doing()
    {
        Assert.Null(Doubt(inTime: 4000, heldBack: 6000));
        Assert.Contains("4000 of 10000 planned arrivals", Doubt(inTime: 4000, heldBack: 5949));
    }

    [Fact]
    public void A_late_generator_raises_doubt()
    {
        Assert.Null(Doubt(lag: 2));
        Assert.Contains("2.1 ms late (p99, at most 2 ms wanted at 2000 arrivals a second)", Doubt(lag: 2.1));
    }

    [Fact]
    public void A_generator_that_takes_the_machine_raises_doubt() =>
        Assert.Contains("81% of 2 cores", Doubt(use: new GeneratorUse(2, 0.81, 10, 0.1)));

    [Fact]
    public void A_collector_that_holds_a_hundredth_of_the_time_raises_doubt() =>
        Assert.Contains("garbage collector", Doubt(use: new GeneratorUse(2, 0.3, 10, 0.7)));

    [Theory]
    [InlineData(3600)]
    [InlineData(-2)]
    public void A_clock_that_was_set_raises_doubt(double seconds) =>
        Assert.Contains("clock jumped", Doubt(wallJump: TimeSpan.FromSeconds(seconds)));

    private static string? Doubt(
        long inTime = 10_000,
        long heldBack = 0,
        double lag = 1,
        GeneratorUse? use = null,
        TimeSpan wallJump = default
    ) =>
        new SelfCheck(use ?? new GeneratorUse(2, 0.3, 10, 0.1), wallJump, Minute).Doubt(
            10_000,
            inTime,
            heldBack,
            lag,
            2000,
            clockWentBack: false
        );
}
