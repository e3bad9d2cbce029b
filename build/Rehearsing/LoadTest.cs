using FreshTrack.Cutover;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Load;
using FreshTrack.Load.Faults;

namespace FreshTrack.Build.Rehearsing;

/// <summary>Loads an API with what sensors and dashboards send, and leaves <c>load.json</c> in the evidence.</summary>
/// <param name="limits">The policy's: a run that can only fail is stopped.</param>
public sealed class LoadTest(RehearsalOptions options, IReadOnlyList<LatencyLimit> limits, RunScreen screen)
{
    /// <summary>Loads the API that a run has deployed.</summary>
    /// <param name="fault">What breaks under load; null for nothing.</param>
    public async Task<LoadResult> RunAsync(CutoverRun run, Fault? fault, CancellationToken cancellationToken)
    {
        var api = run.Api ?? throw new InvalidOperationException("The API is not deployed; phase 4 comes first.");
        await using var proxy = fault is { IsUnderLoad: true }
            ? await FaultProxy.StartAsync(api, new ProxyFault(fault.Delay, fault.FailEvery), cancellationToken)
            : null;
        if (proxy is not null)
        {
            screen.Note($"Injected {fault!.Name}: {fault.Does}.");
        }

        var environment = run.Environment;
        var target = await LoadTargetReader.ReadAsync(
            environment.Target,
            proxy?.Address ?? api,
            environment.WebhookKey.ToArray(),
            environment.StackAuth,
            environment.Clock,
            cancellationToken
        );
        return await RunAsync(target, run.Evidence, cancellationToken);
    }

    public async Task<LoadResult> RunAsync(
        LoadTarget target,
        EvidenceFolder evidence,
        CancellationToken cancellationToken
    )
    {
        using var transport = new LoadTransport();
        var runner = options.Runner(new LoadOptions { HistogramFolder = evidence.Path, Limits = limits });
        var table = new LoadTable(limits);
        var result = await screen.ShowAsync(
            "Load",
            new LiveView<LoadProgress>(Line, table.Of),
            progress =>
                runner.RunAsync(
                    LoadPlan.For(options.Scale.Name).RunsAgainst(target, transport, options.Seed),
                    progress,
                    cancellationToken
                ),
            Describe
        );
        screen.Table(table.Of(result));
        foreach (var note in SelfCheckNotes(result))
        {
            screen.Note(note);
        }

        await evidence.WriteJsonAsync("load", result, cancellationToken);
        return result;
    }

    private static string Describe(LoadResult result) =>
        $"{result.Scenarios.Sum(scenario => scenario.Requests):N0} requests of {result.Scenarios.Count} "
        + $"scenarios, {result.Scenarios.Sum(scenario => scenario.Failed):N0} failed";

    private static IEnumerable<string> SelfCheckNotes(LoadResult result)
    {
        var doubts = result
            .Scenarios.Where(scenario => scenario.Unreliable is not null)
            .Select(scenario => $"The figures of {scenario.Scenario} cannot be trusted: {scenario.Unreliable}.")
            .ToList();
        return
        [
            .. result.Stopped is { } reason ? [$"The load was stopped: {reason}."] : Array.Empty<string>(),
            .. doubts.Count == 0 ? ["Self-check: the load generator kept to its plan in every scenario."] : doubts,
        ];
    }

    private static string Line(LoadProgress progress)
    {
        var scenarios = progress.Scenarios;
        var sums =
            $"{progress.Elapsed.TotalSeconds:0} of {progress.Total.TotalSeconds:0} s, "
            + $"{scenarios.Sum(scenario => scenario.Ok):N0} ok, "
            + $"{scenarios.Sum(scenario => scenario.Failed):N0} failed, "
            + $"{scenarios.Sum(scenario => scenario.InFlight):N0} open";
        return scenarios.Where(scenario => !double.IsNaN(scenario.P95)).MaxBy(scenario => scenario.P95) is { } slowest
            ? $"{sums}; slowest {slowest.Scenario}, p95 {slowest.P95:0.#} ms"
            : sums;
    }
}
