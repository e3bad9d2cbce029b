using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Reporting.Markup;

namespace FreshTrack.Cutover.Reporting.Sections;

/// <summary>A scenario's latencies by percentile and by second, and its throughput.</summary>
internal static class LatencyCharts
{
    private static readonly double[] Marks = [0, 50, 75, 90, 95, 99, 99.9, 99.99, 100];

    public static Html Percentiles(ScenarioResult result, LatencyLimit? limit)
    {
        var curve = Curve(result);
        if (curve.Count == 0)
        {
            return Section.Nothing("No request finished, so there is no distribution of latencies.");
        }

        IReadOnlyList<LimitMark> limits = limit is null
            ? []
            : [new(95, (double)limit.P95Ms), new(99, (double)limit.P99Ms)];
        var largest = curve
            .SelectMany(point => new[] { point.Latency, point.ServiceTime })
            .Concat(limits.Select(mark => mark.Y))
            .Where(double.IsFinite)
            .Max();
        return new LineChart(
            "Latency by percentile",
            $"{result.Scenario}: 95% of requests took at most {Format.RoundedMs(result.Latency.P95)}, 99% at most "
                + $"{Format.RoundedMs(result.Latency.P99)}",
            Axis.Percentiles,
            "percentile",
            Axis.Linear(largest, Format.RoundedMs),
            [
                new("from the moment it was due", [.. curve.Select(point => (point.Percentile, point.Latency))]),
                new("from the moment it was sent", [.. curve.Select(point => (point.Percentile, point.ServiceTime))]),
            ],
            new Table(
                $"{result.Scenario}: latency by percentile",
                [new("percentile"), new("from due", true), new("from sent", true)],
                [
                    .. Named(curve)
                        .Select(point =>
                            (IReadOnlyList<Html>)
                                [
                                    Html.Text(point.Percentile.ToString("0.####")),
                                    Html.Text(Format.RoundedMs(point.Latency)),
                                    Html.Text(Format.RoundedMs(point.ServiceTime)),
                                ]
                        ),
                ]
            )
        )
        {
            Limits = limits,
        }.Write();
    }

    public static Html PerSecond(ScenarioResult result) =>
        result.PerSecond.Count == 0
            ? Html.Empty
            : new LineChart(
                "Latency of every second",
                $"{result.Scenario}: p95 of a second between {Format.RoundedMs(Finite(result, Math.Min))} and "
                    + $"{Format.RoundedMs(Finite(result, Math.Max))}",
                Seconds(result),
                "seconds",
                Axis.Linear(Finite(result, Math.Max), Format.RoundedMs),
                [
                    new("p95", [.. result.PerSecond.Select(second => ((double)second.Second, second.P95))]),
                    new("p50", [.. result.PerSecond.Select(second => ((double)second.Second, second.P50))]),
                ],
                BySecond(result)
            ).Write();

    public static Html Throughput(ScenarioResult result) =>
        result.PerSecond.Count == 0
            ? Html.Empty
            : new LineChart(
                "Requests of every second",
                $"{result.Scenario}: between {result.PerSecond.Min(second => second.Requests)} and "
                    + $"{result.PerSecond.Max(second => second.Requests)} requests a second, "
                    + $"{Format.Count(result.Failed)} failed in all",
                Seconds(result),
                "seconds",
                Axis.Linear(result.PerSecond.Max(second => second.Requests), Format.Rounded),
                [
                    new(
                        "requests",
                        [.. result.PerSecond.Select(second => ((double)second.Second, (double)second.Requests))]
                    ),
                    new(
                        "failed",
                        [.. result.PerSecond.Select(second => ((double)second.Second, (double)second.Failed))]
                    ),
                ],
                BySecond(result)
            ).Write();

    // A runner that keeps no curve has its percentiles all the same.
    private static IReadOnlyList<CurvePoint> Curve(ScenarioResult result)
    {
        var (due, sent) = (result.Latency, result.ServiceTime);
        IReadOnlyList<CurvePoint> points =
            result.Curve.Count > 0
                ? result.Curve
                :
                [
                    new(50, due.P50, sent.P50),
                    new(75, due.P75, sent.P75),
                    new(95, due.P95, sent.P95),
                    new(99, due.P99, sent.P99),
                    new(100, due.Max, sent.Max),
                ];
        return [.. points.Where(point => double.IsFinite(point.Latency))];
    }

    private static IEnumerable<CurvePoint> Named(IReadOnlyList<CurvePoint> curve) =>
        Marks.Select(mark => curve.FirstOrDefault(point => point.Percentile >= mark)).OfType<CurvePoint>().Distinct();

    private static Table BySecond(ScenarioResult result) =>
        new(
            $"{result.Scenario}: every second",
            [new("second"), new("requests", true), new("failed", true), new("p50", true), new("p95", true)],
            [
                .. result.PerSecond.Select(second =>
                    (IReadOnlyList<Html>)
                        [
                            Html.Of($"{second.Second}"),
                            Html.Text(Format.Count(second.Requests)),
                            Html.Text(Format.Count(second.Failed)),
                            Html.Text(Format.RoundedMs(second.P50)),
                            Html.Text(Format.RoundedMs(second.P95)),
                        ]
                ),
            ]
        );

    private static Axis Seconds(ScenarioResult result) => Axis.Seconds(result.PerSecond[^1].Second);

    private static double Finite(ScenarioResult result, Func<double, double, double> choose) =>
        result
            .PerSecond.Select(second => second.P95)
            .Where(double.IsFinite)
            .DefaultIfEmpty(double.NaN)
            .Aggregate(choose);
}
