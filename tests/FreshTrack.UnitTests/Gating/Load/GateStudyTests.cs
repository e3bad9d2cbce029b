using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Gating;

/// <summary>How often the gate errs: a thousand simulated runs, each against five earlier ones.</summary>
public sealed class GateStudyTests
{
    private const int Runs = 1000;
    private const string EveryLine = "";

    [Fact]
    public void Of_equal_runs_at_most_one_in_a_hundred_fails() =>
        Assert.InRange(Share(Verdict.Fail, simulated => simulated.With(p95: 40), EveryLine), 0, 0.01);

    [Fact]
    public void Of_runs_with_half_as_much_again_on_the_p95_at_least_95_in_a_hundred_fail() =>
        Assert.InRange(Share(Verdict.Fail, simulated => simulated.With(p95: 60), "readings_24h"), 0.95, 1);

    [Fact]
    public void Of_runs_with_6_percent_errors_at_least_95_in_a_hundred_fail() =>
        Assert.InRange(
            Share(Verdict.Fail, simulated => simulated.With(p95: 40, errorRate: 0.06), "readings_24h"),
            0.95,
            1
        );

    [Fact]
    public void Where_runs_differ_much_some_of_equal_ones_are_slower_by_chance_and_hardly_any_twice()
    {
        var simulated = new SimulatedRun(seed: 1, betweenRuns: 0.15);
        var (once, twice) = (0, 0);
        for (var run = 0; run < Runs; run++)
        {
            var earlier = GoodRun.Earlier(Enumerable.Range(0, 5).Select(_ => simulated.With(p95: 40)));
            var isSlower = IsSlower(simulated.With(p95: 40), earlier);
            once += isSlower ? 1 : 0;
            twice += isSlower && IsSlower(simulated.With(p95: 40), earlier) ? 1 : 0;
        }

        Assert.InRange(once / (double)Runs, 0.02, 0.1);
        Assert.InRange(twice / (double)Runs, 0, 0.02);
    }

    [Fact]
    public void Of_runs_with_half_as_much_again_at_least_9_in_ten_are_slower_twice()
    {
        var simulated = new SimulatedRun(seed: 1);
        var twice = Enumerable
            .Range(0, Runs)
            .Count(_ =>
            {
                var earlier = GoodRun.Earlier(Enumerable.Range(0, 5).Select(_ => simulated.With(p95: 40)));
                return IsSlower(simulated.With(p95: 60), earlier) && IsSlower(simulated.With(p95: 60), earlier);
            });

        Assert.InRange(twice / (double)Runs, 0.9, 1);
    }

    private static bool IsSlower(LoadResult load, Baselines earlier) =>
        Gate.SlowerThanBefore(load, earlier, GoodRun.Limits).Count > 0;

    [Theory]
    [InlineData(4.96, Verdict.Pass)]
    [InlineData(5.00, Verdict.Fail)]
    public void An_error_rate_passes_below_its_limit_and_not_at_it(double percent, Verdict expected)
    {
        var failed = (long)Math.Round(percent * 25);

        Assert.Equal(
            expected,
            Gate.Judge(GoodRun.With(GoodRun.Result(requests: 2500, failed: failed)), GoodRun.Limits).Verdict
        );
    }

    private static double Share(Verdict verdict, Func<SimulatedRun, LoadResult> judged, string lines)
    {
        var simulated = new SimulatedRun(seed: 1);
        return Enumerable
                .Range(0, Runs)
                .Count(_ =>
                {
                    var earlier = GoodRun.Earlier(Enumerable.Range(0, 5).Select(_ => simulated.With(p95: 40)));
                    var result = Gate.Judge(
                        GoodRun.Evidence with
                        {
                            Load = judged(simulated),
                            Baselines = earlier,
                        },
                        GoodRun.Limits
                    );
                    return result
                            .Criteria.Where(line => line.Name.StartsWith(lines))
                            .Select(line => line.Verdict)
                            .Worst() == verdict;
                }) / (double)Runs;
    }
}
