using System.Globalization;
using FreshTrack.Cutover;
using FreshTrack.Cutover.Gating;
using FreshTrack.Load;
using FreshTrack.Load.Faults;

namespace FreshTrack.Build.Rehearsing;

/// <summary>Loads the deployed API with what sensors and dashboards send, and leaves <c>load.json</c> in the evidence.</summary>
/// <param name="limits">The policy's: a run that can only fail is stopped.</param>
public sealed class LoadTest(RehearsalOptions options, IReadOnlyList<LatencyLimit> limits, RunScreen screen)
{
    private static readonly TimeSpan SessionTime = TimeSpan.FromHours(1);

    public async Task<LoadResult> RunAsync(CutoverRun run, CancellationToken cancellationToken)
    {
        var api = run.Api ?? throw new InvalidOperationException("The API is not deployed; phase 4 comes first.");
        await using var proxy = options.Fault is { IsUnderLoad: true } fault
            ? await FaultProxy.StartAsync(api, new ProxyFault(fault.Delay, fault.FailEvery), cancellationToken)
            : null;
        if (proxy is not null)
        {
            screen.Note($"Injected {options.Fault!.Name}: {options.Fault.Does}.");
        }

        var environment = run.Environment;
        var target = await LoadTargetReader.ReadAsync(
            environment.Target,
            proxy?.Address ?? api,
            environment.WebhookKey.ToArray(),
            (_, user, token) => environment.StackAuth.CreateSessionAsync(user, SessionTime, token),
            environment.Clock,
            cancellationToken);
        using var transport = new LoadTransport();
        var runner = new LoadRunner(new LoadOptions { HistogramFolder = run.Evidence.Path, Limits = limits });
        var result = await screen.ShowAsync(
            "Load",
            progress => runner.RunAsync(LoadPlan.For(options.Scale.Name).RunsAgainst(target, transport, options.Seed), new LoadLine(progress), cancellationToken),
            Describe);
        if (result.Stopped is { } reason)
        {
            screen.Note($"The load was stopped: {reason}.");
        }

        await run.Evidence.WriteJsonAsync("load", result, cancellationToken);
        return result;
    }

    private static string Describe(LoadResult result) => string.Join(" · ", result.Scenarios.Select(scenario => string.Create(
        CultureInfo.InvariantCulture,
        $"{scenario.Scenario} {scenario.Requests:N0} requests, {scenario.Failed:N0} failed, p95 {scenario.Latency.P95:0.0} ms, p99 {scenario.Latency.P99:0.0} ms")));

    private sealed class LoadLine(IProgress<string> progress) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) => progress.Report(string.Create(
            CultureInfo.InvariantCulture,
            $"{value.Elapsed.TotalSeconds:0} of {value.Total.TotalSeconds:0} s, {string.Join(", ", value.Scenarios.Select(scenario => $"{scenario.Scenario} {scenario.Ok} ok {scenario.Failed} failed {scenario.InFlight} open"))}"));
    }
}
