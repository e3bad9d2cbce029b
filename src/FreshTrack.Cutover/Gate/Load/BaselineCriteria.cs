using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Gating;

/// <summary>The p95 of every second of a limited scenario against those of the last passing runs.</summary>
/// <remarks>
/// <para>A scenario fails when its seconds are slower beyond chance (Mann–Whitney) and by too much (Hodges–Lehmann):
/// either alone is no
/// reason to stop a cutover. An estimate scatters around the truth, so the limit is half of what must not get through:
/// where runs differ by
/// a twentieth from each other, a p95 that is worse by <see cref="BaselineLimit.P95Worse"/> is found in more than 95 of
/// 100 runs, and not one
/// of 100 equal runs fails.</para>
/// <para>The seconds of one run have more in common with each other than with those of another run, which the test does
/// not know. So a shift must
/// also be out of proportion to what the earlier runs differ by among themselves.</para>
/// <para>Five runs tell little of how much runs differ: where a machine is slower now and then, four of 100 equal runs
/// come out slower. A rehearsal measures such a load once more, on a new copy, and the second one is judged: what is
/// slower stays so, and what was chance does not come twice.</para>
/// </remarks>
internal static class BaselineCriteria
{
    private const double Significance = 0.01;
    private const double Deviations = 2.5;
    private const int LeastSeconds = 10;

    public static IEnumerable<Criterion> Judge(LoadResult? load, Baselines? baselines, Policy policy) =>
        policy.Baseline is { } limit
            ? policy.Latency.Select(scenario => Judge(scenario.Scenario, load, baselines, limit))
            : [];

    private static Criterion Judge(string scenario, LoadResult? load, Baselines? baselines, BaselineLimit limit)
    {
        var rate = load?.Scenarios.FirstOrDefault(result => result.Scenario == scenario)?.RatePerSecond;
        var earlier = (baselines?.Runs ?? [])
            .Select(baseline => baseline.Load)
            .Where(run =>
                run.Scenarios.Any(result =>
                    result.Scenario == scenario && result.RatePerSecond == (rate ?? result.RatePerSecond)
                )
            )
            .Select(run => Seconds(run, scenario))
            .Where(seconds => seconds.Count >= LeastSeconds)
            .Take(limit.Runs)
            .ToList();
        var now = load is null ? [] : Seconds(load, scenario);
        List<string> figures =
        [
            $"earlier runs at the same rate: {earlier.Count} of {limit.Runs}, "
                + $"{earlier.Sum(run => run.Count)} seconds",
            $"this run: {now.Count} seconds",
        ];
        var name = $"{scenario} p95 against baseline";
        return (baselines is null ? NotLookedFor(name, limit) : Judge(name, now, earlier, limit, figures)) with
        {
            Derivation = new Derivation(
                $"load.json and baseline.json runs[].load, scenarios[{scenario}].perSecond[].p95",
                $"Fail when p < {Significance} (Mann–Whitney) and shift (Hodges–Lehmann) >= limit; "
                    + $"limit = the larger of median × {limit.P95Worse} / 2 and {Deviations} × deviation "
                    + $"of the earlier runs' medians; Inconclusive below {LeastSeconds} seconds",
                figures
            ),
        };
    }

    private static Criterion NotLookedFor(string name, BaselineLimit limit) =>
        new(
            name,
            $"{limit.Runs} earlier runs",
            "nothing",
            Verdict.Inconclusive,
            $"{name} is not known: baseline.json, which a run without earlier runs has too, is missing; rehearse again."
        );

    private static Criterion Judge(
        string name,
        List<double> now,
        List<List<double>> earlier,
        BaselineLimit limit,
        List<string> figures
    )
    {
        if (earlier.Count < limit.Runs)
        {
            return new Criterion(
                name,
                $"{limit.Runs} earlier runs",
                $"not judged ({earlier.Count} of {limit.Runs})",
                Verdict.Pass,
                $"{name}: not judged ({earlier.Count} of {limit.Runs} earlier passing runs)."
            );
        }

        var usual = RankComparison.Median(earlier.SelectMany(run => run));
        var deviation = Deviation([.. earlier.Select(RankComparison.Median)]);
        var allowed = Math.Max(usual * (double)limit.P95Worse / 2, Deviations * deviation);
        var wanted = $"< {Format.Ms(allowed)} above {Format.Ms(usual)}";
        figures.AddRange([
            $"median of the earlier runs: {Format.Ms(usual)}",
            $"deviation of their medians: {Format.Ms(deviation)}",
            $"limit: {Format.Ms(allowed)}",
        ]);
        if (now.Count < LeastSeconds)
        {
            return new Criterion(
                name,
                wanted,
                $"{now.Count} seconds",
                Verdict.Inconclusive,
                $"{name} is not known: this run has {now.Count} trustworthy seconds, {LeastSeconds} are "
                    + $"needed; wanted {wanted}."
            );
        }

        var (p, shift) = RankComparison.Of(now, [.. earlier.SelectMany(run => run)]);
        figures.AddRange([$"shift: {Format.Shift(shift)}", Format.Chance(p)]);
        return new Criterion(
            name,
            wanted,
            $"{Format.Shift(shift)}, {Format.Chance(p)}",
            p < Significance && shift >= allowed ? Verdict.Fail : Verdict.Pass,
            $"{name} {Format.Shift(shift)} ({Format.Chance(p)}), limit {wanted}, the median of {limit.Runs} "
                + "earlier runs."
        );
    }

    /// <summary>One p95 a second; none of a result that is doubtful or holds what cannot have been measured.</summary>
    private static List<double> Seconds(LoadResult run, string scenario)
    {
        var results = run.Scenarios.Where(result => result.Scenario == scenario).ToList();
        return
            run.Stopped is null
            && results is [{ Unreliable: null } result]
            && result.PerSecond.All(second => double.IsFinite(second.P95) && second.P95 > 0)
            ? [.. result.PerSecond.Select(second => second.P95)]
            : [];
    }

    private static double Deviation(List<double> values)
    {
        var mean = values.Average();
        return values.Count < 2
            ? 0
            : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
    }
}
