using FreshTrack.Cutover.Runs;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Load;
using FreshTrack.Load.Scenarios;

namespace FreshTrack.Build.Benchmarking.Api;

/// <summary>The API's resident set in bytes, after the first minute and at the end.</summary>
internal sealed record SustainedMemory(long AtStart, long AtEnd);

/// <summary>Five minutes of 500 webhooks a second after one that warms up: does memory grow?</summary>
internal sealed class SustainedRun(StageApi api, LoadTarget target, RunObservers screen)
{
    private const double Rate = 500;
    private const int Seed = 1;

    private static readonly TimeSpan WarmUp = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Duration = TimeSpan.FromMinutes(5);

    public async Task<SustainedMemory> RunAsync(CancellationToken cancellationToken)
    {
        using var transport = new LoadTransport();
        var atStart = 0L;
        return await screen.ShowAsync(
            "Sustain 500 webhooks a second",
            async progress =>
            {
                var result = new LoadRunner(new LoadOptions()).RunAsync(
                    [new ScenarioRun(new TtnIngestionScenario(target, transport, Seed), Rate, WarmUp, Duration)],
                    new Line(progress),
                    cancellationToken
                );
                await Task.Delay(WarmUp, TimeProvider.System, cancellationToken);
                atStart = await api.MemoryAsync(cancellationToken);
                var ingestion = (await result).Scenarios[0];
                return ingestion.Failed == 0
                    ? new SustainedMemory(atStart, await api.MemoryAsync(cancellationToken))
                    : throw new InvalidOperationException(
                        $"{ingestion.Failed} of {ingestion.Requests} webhooks failed."
                    );
            },
            memory => $"{memory.AtStart / 1e6:0} MB after the first minute, {memory.AtEnd / 1e6:0} MB at the end"
        );
    }

    private sealed class Line(IProgress<string> progress) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) =>
            progress.Report($"{value.Scenarios[0].Ok} ok, {value.Scenarios[0].Failed} failed");
    }
}
