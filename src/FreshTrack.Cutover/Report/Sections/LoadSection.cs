using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Reporting.Markup;

namespace FreshTrack.Cutover.Reporting.Sections;

/// <summary>What the load test measured: per scenario its figures, the distribution of its latencies, and every second
/// of it.</summary>
internal static class LoadSection
{
    public static Html Write(LoadResult? load, Policy policy)
    {
        if (load is null)
        {
            return Section.Nothing("No load test was run, so nothing is known of the latencies.");
        }

        return Html.Join([
            load.Stopped is { } why
                ? Html.Of($"""<p class="note fail">The run ended early: {why}</p>{"\n"}""")
                : Html.Empty,
            .. load.Scenarios.Select(scenario =>
                Scenario(scenario, policy.Latency.FirstOrDefault(limit => limit.Scenario == scenario.Scenario))
            ),
            load.Generator is { } use ? Generator(load.Runner, use) : Html.Empty,
        ]);
    }

    private static Html Scenario(ScenarioResult result, LatencyLimit? limit) =>
        Html.Of(
            $"""
            <article>
            <h3>{result.Scenario}</h3>
            {(
                result.Unreliable is { } why
                    ? Html.Of($"""<p class="note open">These figures must not be trusted: {why}</p>{"\n"}""")
                    : Html.Empty
            )}{Tiles.Write(Headline(result, limit))}<div class="charts">
            {LatencyCharts.Percentiles(result, limit)}{LatencyCharts.PerSecond(result)}{LatencyCharts.Throughput(
                result
            )}</div>
            {Outcomes(result)}{Parts(result)}</article>

            """
        );

    private static IEnumerable<Tile> Headline(ScenarioResult result, LatencyLimit? limit) =>
        [
            new("p50", Format.RoundedMs(result.Latency.P50)),
            Percentile("p95", result.Decisive(latency => latency.P95), limit?.P95Ms),
            Percentile("p99", result.Decisive(latency => latency.P99), limit?.P99Ms),
            Failed(result, limit?.ErrorRate),
            new("rate", Format.Rate(result.RatePerSecond, "req"), $"for {Format.Duration(result.DurationSeconds)}"),
            new("received", Format.Bytes(result.ResponseBytes)),
        ];

    private static Tile Failed(ScenarioResult result, decimal? limit)
    {
        var count = $"{Format.Count(result.Failed)} of {Format.Count(result.Requests)}";
        return limit is not { } most
            ? new("failed", Format.RoundedPercent(result.ErrorRate), count)
            : new(
                "failed",
                Format.RoundedPercent(result.ErrorRate),
                $"{count}, {Limit(IsOver(most))} {Format.RoundedPercent((double)most)}"
            )
            {
                IsOver = IsOver(most),
            };

        bool IsOver(decimal share) => result.Failed >= share * result.Requests;
    }

    private static Tile Percentile(string name, double latency, decimal? limit) =>
        limit is not { } most
            ? new(name, Format.RoundedMs(latency))
            : new(name, Format.RoundedMs(latency), $"{Limit(latency >= (double)most)} {Format.RoundedMs((double)most)}")
            {
                IsOver = latency >= (double)most,
            };

    // As the gate judges it: the limit itself is too much.
    private static string Limit(bool isOver) => isOver ? "over the limit of" : "limit";

    private static Html Outcomes(ScenarioResult result) =>
        new Table(
            $"{result.Scenario}: answers",
            [new("answer"), new("requests", true), new("share", true)],
            [
                .. result
                    .Outcomes.OrderByDescending(outcome => outcome.Value)
                    .ThenBy(outcome => outcome.Key)
                    .Select(outcome =>
                        (IReadOnlyList<Html>)
                            [
                                Html.Text(outcome.Key),
                                Html.Text(Format.Count(outcome.Value)),
                                Html.Text(Format.RoundedPercent((double)outcome.Value / result.Requests)),
                            ]
                    ),
            ]
        ).WriteFolded("Answers by status code");

    private static Html Parts(ScenarioResult result) =>
        result.Parts.Count == 0
            ? Html.Empty
            : new Table(
                $"{result.Scenario}: parts of a request",
                [
                    new("part"),
                    new("requests", true),
                    new("failed", true),
                    new("p50", true),
                    new("p95", true),
                    new("p99", true),
                ],
                [
                    .. result.Parts.Select(part =>
                        (IReadOnlyList<Html>)
                            [
                                Html.Text(part.Name),
                                Html.Text(Format.Count(part.Requests)),
                                Html.Text(Format.Count(part.Failed)),
                                Html.Text(Format.RoundedMs(part.ServiceTime.P50)),
                                Html.Text(Format.RoundedMs(part.ServiceTime.P95)),
                                Html.Text(Format.RoundedMs(part.ServiceTime.P99)),
                            ]
                    ),
                ]
            ).Write();

    private static Html Generator(string runner, GeneratorUse use) =>
        Html.Of(
            $"""
            <p class="fine">Generated by {runner} with {Format.RoundedPercent(
                use.CpuShare
            )} of {use.Cores} cores, {use.Collections} garbage collections, {Format.RoundedMs(
                use.CollectorPauseSeconds * 1000
            )} of pauses.</p>

            """
        );
}
