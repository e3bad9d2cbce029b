using FreshTrack.Plan;

namespace FreshTrack.Cutover.Gating;

/// <summary>Each limited scenario's p95 against the median of the last passing runs.</summary>
internal static class BaselineCriteria
{
    public static IEnumerable<Criterion> Judge(GateInput input, Policy policy) =>
        policy.Baseline is { } baseline ? policy.Latency.Select(limit => Judge(limit.Scenario, input, baseline)) : [];

    private static Criterion Judge(string scenario, GateInput input, BaselineLimit limit)
    {
        var name = $"{scenario} p95 against baseline";
        var earlier = input.Baselines.SelectMany(run => P95(run, scenario)).Take(limit.Runs).Order().ToList();
        if (earlier.Count < limit.Runs)
        {
            return new Criterion(name, $"{limit.Runs} earlier runs", $"not judged ({Text.Invariant($"{earlier.Count} of {limit.Runs}")})", Verdict.Pass,
                Text.Invariant($"{name}: not judged ({earlier.Count} of {limit.Runs} earlier passing runs)."));
        }

        var median = Median(earlier);
        var allowed = median * (1 + (double)limit.P95Worse);
        var wanted = $"< {Text.Ms(allowed)}";
        if ((input.Load is null ? [] : P95(input.Load, scenario).ToList()) is not [var now])
        {
            return new Criterion(name, wanted, "nothing", Verdict.Inconclusive, $"{name} is not known: this run has no trustworthy p95; wanted {wanted}.");
        }

        return new Criterion(name, wanted, Text.Ms(now), now < allowed ? Verdict.Pass : Verdict.Fail, Text.Invariant(
            $"{name} {Text.Ms(now)}, limit {wanted}: the median of {limit.Runs} earlier runs is {Text.Ms(median)}, and {Text.Percent(limit.P95Worse)} more is too much."));
    }

    private static IEnumerable<double> P95(LoadResult run, string scenario) =>
        from result in run.Scenarios
        where result.Scenario == scenario && result.Unreliable is null && double.IsFinite(result.Latency.P95) && result.Latency.P95 > 0
        select result.Latency.P95;

    private static double Median(List<double> ordered) => ordered.Count % 2 == 1
        ? ordered[ordered.Count / 2]
        : (ordered[(ordered.Count / 2) - 1] + ordered[ordered.Count / 2]) / 2;
}
