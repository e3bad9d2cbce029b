namespace FreshTrack.Load;

/// <summary>Whether to go on makes any difference: a scenario has missed a limit of the policy second after second, and
/// can only fail.</summary>
/// <remarks>
/// A run is stopped only when its verdict is settled: the slow or failed requests so far are too many for the whole
/// plan, even if everything to
/// come were good, and every judged scenario has the requests that the policy wants. So a stopped run fails by its own
/// figures; it never passes,
/// and it is not inconclusive for being short.
/// </remarks>
internal sealed class SustainedBreach(IReadOnlyList<ScenarioLane> lanes, int seconds)
{
    private const double SlowShare = 0.05;

    /// <param name="elapsed">Since the start of the run.</param>
    /// <returns>Which scenario missed what for how long; null while the run should go on.</returns>
    public string? Find(TimeSpan elapsed) =>
        lanes.Where(lane => lane.Limit is not null).All(HasEnough)
            ? lanes
                .Where(lane => lane.Limit is not null && IsSettled(lane))
                .Select(lane => Describe(lane, elapsed))
                .FirstOrDefault(reason => reason is not null)
            : null;

    private static bool HasEnough(ScenarioLane lane) =>
        lane.Samples.Length >= Math.Min(lane.Limit!.MinRequests, lane.Schedule.Planned);

    private static bool IsSettled(ScenarioLane lane) =>
        lane.Seconds.Slow > SlowShare * lane.Schedule.Planned
        || lane.Seconds.Failed >= (double)lane.Limit!.ErrorRate * lane.Schedule.Planned;

    private string? Describe(ScenarioLane lane, TimeSpan elapsed)
    {
        // The newest second whose requests have all had the time that the limit gives them.
        var last =
            Math.Min(
                lane.Schedule.Seconds,
                (int)
                    (
                        elapsed - lane.Schedule.MeasuredFrom - TimeSpan.FromMilliseconds((double)lane.Limit!.P95Ms)
                    ).TotalSeconds
            ) - 1;
        var missed = 0;
        for (var second = last; second >= 0 && lane.Seconds.Misses(second); second--)
        {
            missed++;
        }

        return missed >= seconds
            ? $"{lane.Run.Scenario.Name} missed p95 < {lane.Limit.P95Ms} ms "
                + $"or an error rate < {lane.Limit.ErrorRate * 100:0.##}% in each of the last {missed} seconds; "
                + "with what is left of the plan it could not pass any more"
            : null;
    }
}
