using FreshTrack.Cutover.Evidence;
using FreshTrack.Load;

namespace FreshTrack.IntegrationTests.Nights;

/// <summary>Says of every scenario that it kept its limits, and sends nothing: for tests of what comes after a
/// rehearsal.</summary>
internal sealed class QuickLoad(LoadOptions options) : ILoadRunner
{
    private static readonly Latency Quick = new(1, 1, 1, 1, 1, 1);

    public Task<LoadResult> RunAsync(
        IReadOnlyList<ScenarioRun> runs,
        IProgress<LoadProgress>? progress,
        CancellationToken cancellationToken
    ) =>
        Task.FromResult(
            new LoadResult(
                "quick",
                options.Time.GetUtcNow(),
                [.. options.Limits.Select(limit => Result(limit.Scenario, limit.MinRequests + 1_000))]
            )
        );

    private static ScenarioResult Result(string scenario, long requests) =>
        new(scenario, requests / 30.0, 30, requests, requests, requests, 0)
        {
            Latency = Quick,
            ServiceTime = Quick,
            OkLatency = Quick,
            SentInTime = requests,
            Outcomes = new Dictionary<string, long> { ["200"] = requests },
        };
}
