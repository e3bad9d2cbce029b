using FreshTrack.Cutover.Evidence;

namespace FreshTrack.Cutover.Gating;

/// <summary>How the lines of one scenario were reached.</summary>
internal sealed class LatencyDerivation(LatencyLimit limit, ScenarioResult? result, string? doubt)
{
    private const string Otherwise =
        "Inconclusive while the figures are in doubt; never Pass when the load was stopped or held back";

    public Derivation Requests =>
        new(
            Source("requests"),
            $"Pass when requests >= {Format.Count(limit.MinRequests)}, and at least 99.5% of the planned ones "
                + "were made; else Inconclusive",
            Figures(found => [$"requests: {Format.Count(found.Requests)}", $"planned: {Format.Count(found.Planned)}"])
        );

    public Derivation ErrorRate =>
        new(
            Source("failed"),
            $"Fail when failed >= {limit.ErrorRate} × requests; {Otherwise}",
            Figures(found =>
                [
                    $"failed: {Format.Count(found.Failed)}",
                    $"requests: {Format.Count(found.Requests)}",
                    $"limit: {limit.ErrorRate * found.Requests:0.####}",
                ]
            )
        );

    public Derivation Percentile(string name, decimal limitMs, Func<Latency, double> value) =>
        new(
            Source($"latency.{name}, okLatency.{name}"),
            $"Fail when the larger of the two >= {Format.Ms(limitMs)}; {Otherwise}",
            Figures(found =>
                [
                    $"all requests: {Format.Ms(value(found.Latency))}",
                    $"successful: {(found.OkLatency is { } ok ? Format.Ms(value(ok)) : "none")}",
                ]
            )
        );

    private string Source(string figure) => $"load.json scenarios[{limit.Scenario}].{figure}";

    private IReadOnlyList<string> Figures(Func<ScenarioResult, IReadOnlyList<string>> figures) =>
        [.. result is null ? [] : figures(result), .. doubt is null ? (IReadOnlyList<string>)[] : [$"doubt: {doubt}"]];
}
