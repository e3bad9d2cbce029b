using FreshTrack.Cutover.Evidence;

namespace FreshTrack.Cutover.Gating;

/// <summary>How the lines of one scenario were reached.</summary>
internal sealed class LatencyWorking(LatencyLimit limit, ScenarioResult? result, string? doubt)
{
    private const string Otherwise =
        "Inconclusive while the figures are in doubt; never Pass when the load was stopped or held back";

    public Working Requests =>
        new(
            Source("requests"),
            $"Pass when requests >= {Text.Count(limit.MinRequests)}, and at least 99.5% of the planned ones "
                + "were made; else Inconclusive",
            Figures(found => [$"requests: {Text.Count(found.Requests)}", $"planned: {Text.Count(found.Planned)}"])
        );

    public Working ErrorRate =>
        new(
            Source("failed"),
            $"Fail when failed >= {limit.ErrorRate} × requests; {Otherwise}",
            Figures(found =>
                [
                    $"failed: {Text.Count(found.Failed)}",
                    $"requests: {Text.Count(found.Requests)}",
                    $"limit: {limit.ErrorRate * found.Requests:0.####}",
                ]
            )
        );

    public Working Percentile(string name, decimal limitMs, Func<Latency, double> value) =>
        new(
            Source($"latency.{name}, okLatency.{name}"),
            $"Fail when the larger of the two >= {Text.Ms(limitMs)}; {Otherwise}",
            Figures(found =>
                [
                    $"all requests: {Text.Ms(value(found.Latency))}",
                    $"successful: {(found.OkLatency is { } ok ? Text.Ms(value(ok)) : "none")}",
                ]
            )
        );

    private string Source(string figure) => $"load.json scenarios[{limit.Scenario}].{figure}";

    private IReadOnlyList<string> Figures(Func<ScenarioResult, IReadOnlyList<string>> figures) =>
        [.. result is null ? [] : figures(result), .. doubt is null ? (IReadOnlyList<string>)[] : [$"doubt: {doubt}"]];
}
