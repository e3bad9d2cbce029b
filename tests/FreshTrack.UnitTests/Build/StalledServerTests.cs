using FreshTrack.Build.Benchmarking.Load;

namespace FreshTrack.UnitTests.Build;

public sealed class StalledServerTests
{
    private static readonly StalledServer Server = new(
        Stall: TimeSpan.FromSeconds(1.4),
        Duration: TimeSpan.FromSeconds(30)
    );

    [Theory]
    [InlineData(100, 1400)]
    [InlineData(99, 1100)]
    [InlineData(95.5, 50)]
    [InlineData(95, 0)]
    [InlineData(50, 0)]
    public void Latency_is_what_the_arrivals_of_a_stall_wait(double percentile, double milliseconds) =>
        Assert.Equal(milliseconds, Server.Latency(percentile).TotalMilliseconds, tolerance: 0.001);

    [Fact]
    public void Latency_is_that_of_arrivals_counted_one_by_one()
    {
        var stallEnds = TimeSpan.FromSeconds(15);
        var waits = Enumerable
            .Range(0, 60_000)
            .Select(i => stallEnds - (TimeSpan.FromSeconds(30) * (i / 60_000.0)))
            .Select(wait => wait > Server.Stall || wait < TimeSpan.Zero ? TimeSpan.Zero : wait)
            .Order()
            .ToList();

        Assert.Equal(
            waits[(int)(0.99 * waits.Count) - 1].TotalMilliseconds,
            Server.Latency(99).TotalMilliseconds,
            tolerance: 1
        );
    }
}
