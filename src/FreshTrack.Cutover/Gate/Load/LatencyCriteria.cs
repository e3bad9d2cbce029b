using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Gating;

/// <summary>Four lines a scenario: enough requests, p95, p99 and error rate. A scenario without limits is
/// named.</summary>
internal static class LatencyCriteria
{
    public static IEnumerable<Criterion> Judge(LoadResult? load, IReadOnlyList<LatencyLimit> limits) =>
        limits.SelectMany(limit => Judge(load, limit)).Concat(NotLimited(load, limits));

    private static IEnumerable<Criterion> Judge(LoadResult? load, LatencyLimit limit)
    {
        var found = (load?.Scenarios ?? []).Where(scenario => scenario.Scenario == limit.Scenario).ToList();
        var lines = Lines(load, found, limit);
        return LoadReliability.OfPasses(load, found) is { } doubt ? lines.Select(line => Unproven(line, doubt)) : lines;
    }

    /// <summary>What failed under less load than planned would fail under all of it; what was good is no proof of the
    /// rest.</summary>
    private static Criterion Unproven(Criterion line, string doubt) =>
        line.Verdict == Verdict.Pass
            ? Open(line.Name, line.Wanted, line.Measured, doubt) with
            {
                Derivation = line.Derivation,
            }
            : line;

    private static IEnumerable<Criterion> Lines(LoadResult? load, List<ScenarioResult> found, LatencyLimit limit)
    {
        var doubt = LoadReliability.Of(load, found, limit);
        var result = found.Count == 1 ? found[0] : null;
        var derivation = new LatencyDerivation(limit, result, doubt);
        return
        [
            Requests(limit, result, doubt) with
            {
                Derivation = derivation.Requests,
            },
            Percentile(limit, "p95", limit.P95Ms, result, latency => latency.P95, doubt) with
            {
                Derivation = derivation.Percentile("p95", limit.P95Ms, latency => latency.P95),
            },
            Percentile(limit, "p99", limit.P99Ms, result, latency => latency.P99, doubt) with
            {
                Derivation = derivation.Percentile("p99", limit.P99Ms, latency => latency.P99),
            },
            ErrorRate(limit, result, doubt) with
            {
                Derivation = derivation.ErrorRate,
            },
        ];
    }

    private static Criterion Requests(LatencyLimit limit, ScenarioResult? result, string? doubt)
    {
        var name = $"{limit.Scenario} requests";
        var wanted = $">= {Format.Count(limit.MinRequests)}";
        var measured = result is null ? "nothing" : Format.Count(result.Requests);
        return doubt is null
            ? new Criterion(name, wanted, measured, Verdict.Pass, $"{name} {measured}, wanted {wanted}.")
            : Open(name, wanted, measured, doubt);
    }

    private static Criterion Percentile(
        LatencyLimit limit,
        string percentile,
        decimal limitMs,
        ScenarioResult? result,
        Func<Latency, double> value,
        string? doubt
    )
    {
        var name = $"{limit.Scenario} {percentile}";
        var wanted = $"< {Format.Ms(limitMs)}";
        if (result is null)
        {
            return Open(name, wanted, "nothing", doubt ?? "there is no figure");
        }

        var worse = result.Decisive(value);
        var measured = Format.Ms(worse);
        if (doubt is not null || !double.IsFinite(worse) || worse <= 0)
        {
            return Open(name, wanted, measured, doubt ?? $"{measured} is no measurement");
        }

        var over = worse > value(result.Latency) ? " over the successful requests" : "";
        return new Criterion(
            name,
            wanted,
            measured,
            worse < (double)limitMs ? Verdict.Pass : Verdict.Fail,
            $"{name} {measured}{over}, limit {wanted}."
        );
    }

    private static Criterion ErrorRate(LatencyLimit limit, ScenarioResult? result, string? doubt)
    {
        var name = $"{limit.Scenario} error rate";
        var wanted = $"< {Format.Percent(limit.ErrorRate)}";
        if (result is null || result.Requests <= 0)
        {
            return Open(name, wanted, "nothing", doubt ?? "no request was made");
        }

        var measured =
            $"{Format.Percent((decimal)result.Failed / result.Requests)} ({Format.Count(result.Failed)} of "
            + $"{Format.Count(result.Requests)})";
        // Counts against the exact limit: no rounded percentage decides.
        return doubt is null
            ? new Criterion(
                name,
                wanted,
                measured,
                result.Failed < limit.ErrorRate * result.Requests ? Verdict.Pass : Verdict.Fail,
                $"{name} {measured}, limit {wanted}{Causes(result)}."
            )
            : Open(name, wanted, measured, doubt);
    }

    /// <summary>What was loaded and not judged is not passed over in silence.</summary>
    private static IEnumerable<Criterion> NotLimited(LoadResult? load, IReadOnlyList<LatencyLimit> limits) =>
        (load?.Scenarios ?? [])
            .Select(result => result.Scenario)
            .Except(limits.Select(limit => limit.Scenario))
            .Order()
            .Select(scenario => new Criterion(
                $"{scenario} limits",
                "limits in the policy",
                "none",
                Verdict.Warn,
                $"{scenario} was loaded but not judged: the policy has no limits for it."
            )
            {
                Derivation = new Derivation(
                    $"load.json scenarios[{scenario}]; the policy's latency",
                    "Warn when the policy does not name the scenario",
                    ["limits: none"]
                ),
            });

    private static string Causes(ScenarioResult result)
    {
        var causes =
            result.Failed == 0
                ? []
                : result
                    .Outcomes.OrderByDescending(pair => pair.Value)
                    .ThenBy(pair => pair.Key)
                    .Select(pair => $"{pair.Key} × {Format.Count(pair.Value)}")
                    .ToList();
        return causes.Count == 0 ? "" : $"; answers: {Format.List(causes)}";
    }

    private static Criterion Open(string name, string wanted, string measured, string doubt) =>
        new(name, wanted, measured, Verdict.Inconclusive, $"{name} is not known: {doubt}; wanted {wanted}.")
        {
            Doubt = doubt,
        };
}
