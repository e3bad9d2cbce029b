using FreshTrack.Cutover.Evidence;

namespace FreshTrack.Load;

/// <summary>What a runner measured that keeps good and failed requests apart,
/// and times a request from the moment it was sent.</summary>
/// <param name="OkLatency">Of the good requests; without meaning where there was none.</param>
/// <param name="FailedLatency">Of the failed requests; without meaning where there was none.</param>
/// <param name="Outcomes">HTTP status code, or the kind of transport error → requests.</param>
public sealed record SeparateFigures(
    long Ok,
    Latency OkLatency,
    long Failed,
    Latency FailedLatency,
    IReadOnlyDictionary<string, long> Outcomes,
    long ResponseBytes
)
{
    /// <summary>The same as an entry of <c>load.json</c>, which never looks better than what was measured.</summary>
    /// <remarks>
    /// A percentile of all requests lies between that of the good and that of the failed ones, so the larger of both
    /// stands for it. What was not
    /// measured stays empty: how late requests were sent, and each second's figures.
    /// </remarks>
    /// <param name="unreliable">Why the figures must not be trusted; null when they may be.</param>
    public ScenarioResult Of(ScenarioRun run, string? unreliable)
    {
        var all = All();
        var planned = new ArrivalSchedule(run).Planned;
        return new ScenarioResult(
            run.Scenario.Name,
            run.RatePerSecond,
            run.Duration.TotalSeconds,
            planned,
            Ok + Failed,
            Ok,
            Failed
        )
        {
            Latency = all,
            ServiceTime = all,
            OkLatency = Ok > 0 ? OkLatency : null,
            FailedLatency = Failed > 0 ? FailedLatency : null,
            Outcomes = Outcomes,
            ResponseBytes = ResponseBytes,
            SentInTime = Ok + Failed,
            SchedulingLagP99 = double.NaN,
            Unreliable = unreliable,
        };
    }

    private Latency All() =>
        (Ok, Failed) switch
        {
            (0, 0) => new Latency(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN),
            (_, 0) => OkLatency,
            (0, _) => FailedLatency,
            _ => new Latency(
                Math.Max(OkLatency.P50, FailedLatency.P50),
                Math.Max(OkLatency.P75, FailedLatency.P75),
                Math.Max(OkLatency.P95, FailedLatency.P95),
                Math.Max(OkLatency.P99, FailedLatency.P99),
                Math.Max(OkLatency.Max, FailedLatency.Max),
                ((OkLatency.Mean * Ok) + (FailedLatency.Mean * Failed)) / (Ok + Failed)
            ),
        };
}
