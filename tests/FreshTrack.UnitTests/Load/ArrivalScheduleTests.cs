using FreshTrack.Load;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Load;

public sealed class ArrivalScheduleTests
{
    [Theory]
    [InlineData(120, 5, 22, 600, 2640)]
    [InlineData(0.1, 0, 30, 0, 3)]
    [InlineData(3, 1.5, 1, 5, 3)]
    [InlineData(2000, 0, 30, 0, 60000)]
    public void Arrivals_are_counted_from_rate_and_time(double rate, double warmUp, double duration, long warm, long planned)
    {
        var schedule = new ArrivalSchedule(rate, TimeSpan.FromSeconds(warmUp), TimeSpan.FromSeconds(duration));

        Assert.Equal((warm, planned), (schedule.WarmUpCount, schedule.Planned));
    }

    [Fact]
    public void Arrivals_do_not_drift_over_an_hour()
    {
        var schedule = new ArrivalSchedule(3, TimeSpan.Zero, TimeSpan.FromHours(1));

        Assert.Equal(3_599L * 1_000_000_000, schedule.DueAt(3 * 3_599, 1_000_000_000));
    }

    [Theory]
    [InlineData(7, 0.3, 2, 5)]
    [InlineData(120, 0.5, 1, 3)]
    [InlineData(1000, 0.999, 0.1, 1)]
    public void Measured_arrivals_lie_inside_the_measured_time(double rate, double phase, double warmUp, double duration)
    {
        var schedule = new ArrivalSchedule(rate, TimeSpan.FromSeconds(warmUp), TimeSpan.FromSeconds(duration), phase);

        Assert.InRange(schedule.DueAt(schedule.WarmUpCount, 1_000_000), warmUp * 1_000_000, (warmUp + (1 / rate)) * 1_000_000);
        Assert.InRange(schedule.DueAt(schedule.Count - 1, 1_000_000), (warmUp + duration - (1 / rate)) * 1_000_000 - 1, (warmUp + duration) * 1_000_000);
        Assert.Equal(0, schedule.SecondOf(schedule.WarmUpCount));
        Assert.Equal((int)Math.Ceiling(duration) - 1, schedule.SecondOf(schedule.Count - 1));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-5, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(100, 0)]
    public void A_plan_without_arrivals_is_refused(double rate, double seconds) =>
        Assert.Throws<RefusedException>(() => new ArrivalSchedule(rate, TimeSpan.Zero, TimeSpan.FromSeconds(seconds)));
}
