using FreshTrack.Cutover.Evidence;

namespace FreshTrack.UnitTests.Gating;

/// <summary>Load results as a machine gives them whose runs differ by a twentieth as a rule, and whose seconds differ
/// by a fifth and hang together.</summary>
/// <param name="betweenRuns">More on a machine that others use too.</param>
internal sealed class SimulatedRun(int seed, double betweenRuns = 0.05)
{
    private const double BetweenSeconds = 0.20;
    private const double NextSecondAlike = 0.3;
    private const int Seconds = 22;
    private const int RequestsASecond = 120;

#pragma warning disable CA5394 // A study must be repeatable, not unpredictable.
    private readonly Random random = new(seed);

    public LoadResult With(double p95, double errorRate = 0) =>
        new(
            "open-model",
            DateTimeOffset.UnixEpoch,
            [Scenario("ttn_ingestion", p95, errorRate), Scenario("readings_24h", p95, errorRate)]
        );

    private ScenarioResult Scenario(string name, double p95, double errorRate)
    {
        var failed = Enumerable.Range(0, Seconds * RequestsASecond).LongCount(_ => random.NextDouble() < errorRate);
        var run = p95 * Math.Exp(betweenRuns * Normal());
        var noise = Normal();
        var seconds = new List<SecondResult>();
        for (var second = 0; second < Seconds; second++)
        {
            seconds.Add(new SecondResult(second, RequestsASecond, 0, run / 2, run * Math.Exp(BetweenSeconds * noise)));
            noise = (NextSecondAlike * noise) + (Math.Sqrt(1 - (NextSecondAlike * NextSecondAlike)) * Normal());
        }

        return GoodRun.Result(name, Seconds * RequestsASecond, failed, p95: run) with
        {
            PerSecond = seconds,
        };
    }

    private double Normal() =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
#pragma warning restore CA5394
}
