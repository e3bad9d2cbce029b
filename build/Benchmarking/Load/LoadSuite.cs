using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runs;
using FreshTrack.Load;
using FreshTrack.Load.ClosedLoop;

namespace FreshTrack.Build.Benchmarking.Load;

/// <summary>The runner itself: whether it sees a stall as its users would, keeps to its plan, and what a request costs
/// it beside wrk.</summary>
internal sealed class LoadSuite(BuildContext context, RunObservers screen)
{
    private const int PairsAtLeast = 3;
    private const int Rate = 2_000;

    // wrk sends as fast as it can: this is about what the runner can beside a server on two cores.
    private const int FullRate = 20_000;
    private const int Connections = 32;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan PairDuration = TimeSpan.FromSeconds(10);
    private static readonly StalledServer Stalled = new(
        Stall: TimeSpan.FromSeconds(1.4),
        Duration: TimeSpan.FromSeconds(30)
    );

    private CancellationToken Token => context.Cancellation;

    public async IAsyncEnumerable<Figure> RunAsync()
    {
        var pairs = await CostAsync();
        yield return Figure.Higher(
            "requests/s a core of the runner, of wrk",
            "/s",
            pairs.SubjectMedian,
            pairs.ReferenceMedian,
            limit: 0.25,
            aim: 0.4
        );

        var open = await screen.ShowAsync(
            "Measure a server that stalls, arrivals as planned",
            _ => StallAsync(server => SendAsync(server, Rate, Stalled.Duration)),
            result => $"p99 {Of(result).Latency.P99:#,0.##} ms, sent {Of(result).SchedulingLagP99:0.##} ms late (p99)"
        );
        var analytic = Stalled.Latency(99).TotalMilliseconds;
        yield return Figure.Either(
            "p99 from the intended start through a stall of 1.4 s, the analytic value",
            "ms",
            Of(open).Latency.P99,
            analytic,
            limit: 1.05,
            aim: 1.02
        );
        yield return Figure.Higher(
            "arrivals sent in their time, planned at 2,000/s",
            "arrivals",
            Of(open).SentInTime,
            Of(open).Planned,
            limit: 0.995,
            aim: 0.999
        );

        var closed = await screen.ShowAsync(
            "Measure the same with clients that wait for their answers",
            _ =>
                StallAsync(server =>
                    Task.FromResult(
                        new ClosedLoopRun(server, Connections, new LoopbackRequests(server)).Run(
                            WarmUp,
                            Stalled.Duration,
                            Token
                        )
                    )
                ),
            result => $"p99 {result.P99Milliseconds:#,0.##} ms"
        );
        yield return Figure.Either(
            "p99 of clients that wait, uncorrected, the analytic value",
            "ms",
            closed.P99Milliseconds,
            analytic,
            limit: null,
            aim: null
        );
    }

    private async Task<Pairs> CostAsync()
    {
        await using var server = await LoopbackProcess.StartAsync(stall: null, Token);
        return await screen.ShowAsync(
            "Measure the runner's cost against wrk's",
            progress =>
                Pairs.MeasureAsync(
                    PairsAtLeast,
                    async () => PerCore(await SendAsync(server.Address, FullRate, PairDuration)),
                    () => Wrk.RunAsync(server.Address, Connections, PairDuration, Token),
                    progress
                ),
            pairs => $"{PairsAtLeast} pairs, {pairs.Ratio:0.00}×"
        );
    }

    /// <summary>Measures a server that stalls in the middle of the measured time.</summary>
    private async Task<T> StallAsync<T>(Func<Uri, Task<T>> measure)
    {
        await using var server = await LoopbackProcess.StartAsync(
            (WarmUp + ((Stalled.Duration - Stalled.Stall) / 2), Stalled.Stall),
            Token
        );
        return await measure(server.Address);
    }

    private async Task<LoadResult> SendAsync(Uri server, double rate, TimeSpan duration)
    {
        using var transport = new LoadTransport();
        var run = new ScenarioRun(new LoopbackScenario(server, transport), rate, WarmUp, duration);
        return await new LoadRunner(new LoadOptions()).RunAsync([run], progress: null, Token);
    }

    private static ScenarioResult Of(LoadResult result) => result.Scenarios.Single();

    /// <summary>What the runner would send each second if it had one core to itself; the rate is the same in warm-up
    /// and measured time.</summary>
    private static double PerCore(LoadResult result) =>
        Of(result).Ok / Of(result).DurationSeconds / (result.Generator!.CpuShare * result.Generator.Cores);
}
