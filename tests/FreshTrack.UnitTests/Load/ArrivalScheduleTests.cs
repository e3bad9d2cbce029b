using FreshTrack.Load;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Load;

public sealed class ArrivalScheduleTests
{
    private static readonly IScenario Scenario = Given.Scenario(
        "any",
        (_, _) => new(new RequestOutcome(Succeeded: true, "200", 0))
    );

    [Theory]
    [InlineData(120, 5, 22, 600, 2640)]
    [InlineData(0.1, 0, 30, 0, 3)]
    [InlineData(3, 1.5, 1, 5, 3)]
    [InlineData(2000, 0, 30, 0, 60000)]
    public void Arrivals_are_counted_from_rate_and_time(
        double rate,
        double warmUp,
        double duration,
        long warm,
        long planned
    )
    {
        var schedule = new ArrivalSchedule(Given.Run(Scenario, rate, duration, warmUp));

        Assert.Equal((warm, planned), (schedule.WarmUpCount, schedule.Planned));
    }

    [Fact]
    public void Arrivals_do_not_drift_over_an_hour()
    {
        var schedule = new ArrivalSchedule(Given.Run(Scenario, 3, 3600));

        Assert.Equal(3_599L * 1_000_000_000, schedule.DueAt(3 * 3_599, 1_000_000_000));
    }

    [Theory]
    [InlineData(7, 0.3, 2, 5)]
    [InlineData(120, 0.5, 1, 3)]
    [InlineData(1000, 0.999, 0.1, 1)]
    public void Measured_arrivals_lie_inside_the_measured_time(
        double rate,
        double phase,
        double warmUp,
        double duration
    )
    {
        var schedule = new ArrivalSchedule(Given.Run(Scenario, rate, duration, warmUp), phase);

        Assert.InRange(
            schedule.DueAt(schedule.WarmUpCount, 1_000_000),
            warmUp * 1_000_000,
            (warmUp + (1 / rate)) * 1_000_000
        );
        Assert.InRange(
            schedule.DueAt(schedule.Count - 1, 1_000_000),
            (warmUp + duration - (1 / rate)) * 1_000_000 - 1,
            (warmUp + duration) * 1_000_000
        );
        Assert.Equal(0, schedule.SecondOf(schedule.WarmUpCount));
        Assert.Equal((int)Math.Ceiling(duration) - 1, schedule.SecondOf(schedule.Count - 1));
    }

    [Fact]
    public void A_ramp_changes_the_rate_evenly_to_the_end_of_the_measured_time()
    {
        var schedule = new ArrivalSchedule(Given.Run(Scenario, 100, 10, warmUp: 2) with { RampTo = 300 });

        Assert.Equal((200, 2000), (schedule.WarmUpCount, schedule.Planned));
        // The first second brings 100 to 120 a second, the last 280 to 300.
        var perSecond = Enumerable
            .Range(200, 2000)
            .CountBy(arrival => schedule.SecondOf(arrival))
            .Select(second => second.Value)
            .ToList();
        Assert.Equal([110, 130, 150, 170, 190, 210, 230, 250, 270, 290], perSecond);
        Assert.Equal(7_000_000, schedule.DueAt(200 + 750, 1_000_000));
    }

    [Fact]
    public void A_ramp_goes_down_as_well()
    {
        var schedule = new ArrivalSchedule(Given.Run(Scenario, 300, 10) with { RampTo = 100 });

        Assert.Equal(2000, schedule.Planned);
        Assert.Equal(290, Enumerable.Range(0, 2000).Count(arrival => schedule.SecondOf(arrival) == 0));
        Assert.InRange(schedule.DueAt(1999, 1_000_000), 9_980_000, 10_000_000);
    }

    [Fact]
    public void A_delay_shifts_arrivals_and_not_the_seconds_they_are_measured_in()
    {
        var schedule = new ArrivalSchedule(Given.Run(Scenario, 10, 2) with { Delay = TimeSpan.FromSeconds(30) });

        Assert.Equal((30_000_000L, 0), (schedule.DueAt(0, 1_000_000), schedule.SecondOf(0)));
        Assert.Equal(TimeSpan.FromSeconds(32), schedule.End);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-5, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(100, 0)]
    public void A_plan_without_arrivals_is_refused(double rate, double seconds) =>
        Assert.Throws<RefusedException>(() => new ArrivalSchedule(Given.Run(Scenario, rate, seconds)));
}
