using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;
using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;
using Runner = NBomber.CSharp.NBomberRunner;

namespace FreshTrack.Load.NBomber;

/// <summary>The same scenarios on NBomber 6, an independent measurement
/// beside our own; organizations need its licence.</summary>
/// <remarks>
/// NBomber times a request from the moment it is sent and does not say how late that was. Its figures are therefore
/// never more than Inconclusive
/// to the gate: they are for comparing runners, not for allowing a cutover.
/// </remarks>
/// <param name="licence">NBomber's licence key; null for personal use.</param>
public sealed class NBomberLoadRunner(string? licence, TimeSpan requestTimeout) : ILoadRunner
{
    private const string Unreliable =
        "NBomber does not measure how late it sends, so what waited in the generator is missing from its latencies; "
        + "repeat with --runner open-model";

    /// <inheritdoc/>
    /// <remarks>NBomber shows its own progress.</remarks>
    public async Task<LoadResult> RunAsync(
        IReadOnlyList<ScenarioRun> runs,
        IProgress<LoadProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var warmUp = runs.Max(run => run.WarmUp);
        ScenarioProps[] scenarios = [.. runs.Select(run => Scenario(run, warmUp, cancellationToken))];
        var context = Runner.RegisterScenarios(scenarios).WithoutReports();
        var startedAt = TimeProvider.System.GetUtcNow();
        // It blocks its thread until the end.
        var stats = await Task.Run(
            () => (licence is null ? context : context.WithLicense(licence)).Run(),
            CancellationToken.None
        );
        cancellationToken.ThrowIfCancellationRequested();
        return new LoadResult(
            "nbomber",
            startedAt,
            [
                .. runs.Select(run =>
                    Figures(stats.ScenarioStats.Single(its => its.ScenarioName == run.Scenario.Name))
                        .Of(run, Unreliable)
                ),
            ]
        );
    }

    private ScenarioProps Scenario(ScenarioRun run, TimeSpan warmUp, CancellationToken cancellationToken)
    {
        var arrivals = -1L;
        var props = global::NBomber.CSharp.Scenario.Create(
            run.Scenario.Name,
            async context =>
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    context.StopCurrentTest("The run was cancelled.");
                }

                return Response(await SendAsync(run.Scenario, Interlocked.Increment(ref arrivals), cancellationToken));
            }
        );
        return (run.WarmUp > TimeSpan.Zero ? props.WithWarmUpDuration(run.WarmUp) : props.WithoutWarmUp())
            .WithMaxFailCount(int.MaxValue)
            .WithLoadSimulations(Simulations(run, warmUp));
    }

    private async Task<RequestOutcome> SendAsync(IScenario scenario, long arrival, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(requestTimeout);
        try
        {
            return await scenario.SendAsync(arrival, deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return new RequestOutcome(Succeeded: false, "timeout", 0);
        }
    }

    private static IResponse Response(RequestOutcome outcome)
    {
        var bytes = (int)Math.Min(outcome.Bytes, int.MaxValue);
        return outcome.Succeeded
            ? global::NBomber.CSharp.Response.Ok(statusCode: outcome.Outcome, sizeBytes: bytes)
            : global::NBomber.CSharp.Response.Fail(statusCode: outcome.Outcome, sizeBytes: bytes);
    }

    /// <summary>All scenarios warm up before the measured time of any;
    /// whoever comes later pauses for the rest of its delay.</summary>
    private static LoadSimulation[] Simulations(ScenarioRun run, TimeSpan warmUp)
    {
        if (run.RampTo is { } ramp)
        {
            throw new RefusedException(
                $"Scenario '{run.Scenario.Name}' changes from {run.RatePerSecond} to {ramp} arrivals a second, "
                    + "which NBomber can only from zero. Use --runner open-model."
            );
        }

        // Whole requests in an interval of such a length that their rate is the planned one.
        var rate = (int)Math.Ceiling(run.RatePerSecond);
        var inject = Simulation.Inject(
            rate: rate,
            interval: TimeSpan.FromSeconds(rate / run.RatePerSecond),
            during: run.Duration
        );
        var pause = run.Delay + run.WarmUp - warmUp;
        return pause > TimeSpan.Zero ? [Simulation.Pause(during: pause), inject] : [inject];
    }

    private static SeparateFigures Figures(ScenarioStats stats) =>
        new(
            stats.Ok.Request.Count,
            Latency(stats.Ok.Latency),
            stats.Fail.Request.Count,
            Latency(stats.Fail.Latency),
            stats
                .Ok.StatusCodes.Concat(stats.Fail.StatusCodes)
                .GroupBy(code => code.StatusCode)
                .ToDictionary(codes => codes.Key, codes => codes.Sum(code => (long)code.Count)),
            stats.AllBytes
        );

    private static Latency Latency(LatencyStats stats) =>
        new(stats.Percent50, stats.Percent75, stats.Percent95, stats.Percent99, stats.MaxMs, stats.MeanMs);
}
