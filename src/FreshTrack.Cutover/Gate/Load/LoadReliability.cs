using FreshTrack.Cutover.Evidence;

namespace FreshTrack.Cutover.Gating;

/// <summary>Why no figure of a scenario can be judged: it is missing, untrustworthy, or contradicts itself.</summary>
internal static class LoadReliability
{
    /// <summary>How far the made requests may be from the planned ones.</summary>
    private const double Tolerance = 0.005;

    /// <param name="found">The results of the limited scenario.</param>
    /// <returns>The reason; null when the figures can be judged.</returns>
    public static string? Of(LoadResult? load, List<ScenarioResult> found, LatencyLimit limit) =>
        (load, found) switch
        {
            (null, _) => "there is no load result",
            (_, []) => "the load result does not hold the scenario",
            (_, [var result]) => OfCounts(result) ?? result.Unreliable ?? OfPlan(result, limit) ?? OfLatencies(result),
            _ => $"the load result holds the scenario {found.Count} times",
        };

    /// <summary>Why good figures of a scenario prove nothing, though bad ones do: the target got less load than was
    /// planned for it.</summary>
    /// <param name="found">The results of the limited scenario.</param>
    public static string? OfPasses(LoadResult? load, List<ScenarioResult> found) =>
        (load, found) switch
        {
            ({ Stopped: { } stopped }, _) => $"the load was stopped early ({stopped})",
            (_, [{ NotSent: var held } result]) when held < 0 || held > result.Planned * Tolerance =>
                $"{Format.Count(held)} of {Format.Count(result.Planned)} planned arrivals were held back, "
                    + "because too many requests were open",
            _ => null,
        };

    private static string? OfCounts(ScenarioResult result) =>
        result switch
        {
            { Requests: 0 } => "no request was made",
            { RatePerSecond: not (> 0 and < double.PositiveInfinity) }
            or { DurationSeconds: not (> 0 and < double.PositiveInfinity) } => "its rate or its time is no measurement",
            { Ok: < 0 } or { Failed: < 0 } or { Planned: < 0 } or { Requests: < 0 } => "a count is negative",
            _ when result.Ok + result.Failed != result.Requests =>
                $"{Format.Count(result.Ok)} good and {Format.Count(result.Failed)} failed requests do not make "
                    + $"{Format.Count(result.Requests)}",
            _ => null,
        };

    private static string? OfPlan(ScenarioResult result, LatencyLimit limit) =>
        result switch
        {
            _ when result.Requests < result.Planned * (1 - Tolerance) =>
                $"only {Format.Count(result.Requests)} of {Format.Count(result.Planned)} planned requests were made",
            _ when result.Requests > result.Planned * (1 + Tolerance) =>
                $"{Format.Count(result.Requests)} requests were made, but only {Format.Count(result.Planned)} planned",
            _ when result.Requests < limit.MinRequests =>
                $"{Format.Count(result.Requests)} requests are fewer than {Format.Count(limit.MinRequests)}",
            _ => null,
        };

    private static string? OfLatencies(ScenarioResult result) =>
        result switch
        {
            { OkLatency: null, Ok: > 0 } => $"{Format.Count(result.Ok)} good requests have no latency",
            _ when Disorder(result.Latency) is { } disorder => $"its latencies {disorder}",
            _ when result.OkLatency is { } ok && Disorder(ok) is { } disorder =>
                $"its latencies of good requests {disorder}",
            // A request's latency holds its service time.
            _ when result.Latency.P95 < result.ServiceTime.P95 || result.Latency.P99 < result.ServiceTime.P99 =>
                "its latencies are below its service times",
            _ => null,
        };

    private static string? Disorder(Latency latency)
    {
        double[] ascending = [latency.P50, latency.P75, latency.P95, latency.P99, latency.Max];
        return !ascending.All(double.IsFinite) || latency.P50 <= 0 ? "hold what is no measurement"
            : ascending.Zip(ascending.Skip(1)).Any(pair => pair.First > pair.Second)
                ? "are not in order, from p50 to max"
            : null;
    }
}
