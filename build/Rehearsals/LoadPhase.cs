using FreshTrack.Build.Stages;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Load;
using FreshTrack.Load.Faults;
using FreshTrack.Plan;
using Npgsql;
using Spectre.Console;

namespace FreshTrack.Build.Rehearsals;

/// <summary>The load as the last phase of a run: loads the API with what sensors and dashboards send, and leaves
/// <c>load.json</c> in the evidence.</summary>
/// <param name="limits">The policy's: a load that can only fail is stopped, and its step judged by them.</param>
/// <param name="stage">Where a copy of the target takes the load, so that nothing of it flows back to the source; null
/// to load the API that runs.</param>
public sealed class LoadPhase(
    RehearsalOptions options,
    IReadOnlyList<LatencyLimit> limits,
    RunObservers observers,
    IAnsiConsole console,
    Func<StageSetup?> stage
)
{
    private const int ShownReasons = 8;

    private readonly LoadTable table = new(limits);

    /// <summary>In which scenarios a load is slower than earlier ones. It is measured once more then: on a machine that
    /// others use too, one load in some is slower by chance.</summary>
    public Func<LoadResult, CancellationToken, Task<IReadOnlyList<string>>> SlowerAsync { get; init; } =
        (_, _) => Task.FromResult<IReadOnlyList<string>>([]);

    public Phase Phase =>
        new(
            7,
            "Load test",
            TimeSpan.FromMinutes(150),
            TimeSpan.FromMinutes(165),
            [new Step(RunContext.LoadStep, "Load the API", RunAsync) { Changes = true }]
        );

    private async Task<StepResult> RunAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var result = await MeasureAsync(run, progress, cancellationToken);
        // One that missed a limit of its own has failed, however a second one would be.
        if (
            Gate.JudgeLoad(result, limits).Verdict is Verdict.Pass or Verdict.Warn
            && await SlowerAsync(result, cancellationToken) is { Count: > 0 } slower
        )
        {
            await run.Evidence.WriteJsonAsync("load-first", result, cancellationToken);
            slower.ToList().ForEach(observers.Note);
            observers.Note("Slower than the earlier runs: measured once more, on a new copy. The second time counts.");
            result = await MeasureAsync(run, progress, cancellationToken);
        }

        run.Load.Set(result);
        await run.Evidence.WriteJsonAsync("load", result, cancellationToken);
        console.Write(table.Of(result));
        SelfCheck(result).ForEach(observers.Note);
        return Judge(result);
    }

    private async Task<LoadResult> MeasureAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        await using var copy = await CopyAsync(progress, cancellationToken);
        var (api, database) = copy is null ? (run.Api.Value, run.Environment.Target) : (copy.Api, copy.Database);
        await using var proxy = await BreakAsync(api, cancellationToken);
        var target = await ReadTargetAsync(run, database, proxy?.Address ?? api, cancellationToken);
        var result = await LoadAsync(target, run.Evidence.Path, progress, cancellationToken);
        if (copy is not null)
        {
            run.Api.Set(await copy.EndAsync(cancellationToken));
        }

        return result;
    }

    private async Task<TargetCopy?> CopyAsync(IProgress<StepProgress> progress, CancellationToken cancellationToken)
    {
        if (stage() is not { } started)
        {
            return null;
        }

        progress.Report(new StepProgress("copying the target"));
        return await started.CopyTargetAsync(cancellationToken);
    }

    /// <summary>Puts the injected fault, if it is one of the API under load, between load and API.</summary>
    private async Task<FaultProxy?> BreakAsync(Uri api, CancellationToken cancellationToken)
    {
        if (options.Fault is not { IsUnderLoad: true } fault)
        {
            return null;
        }

        observers.Note($"Injected {fault.Name}: {fault.Does}.");
        return await FaultProxy.StartAsync(api, new ProxyFault(fault.Delay, fault.FailEvery), cancellationToken);
    }

    private static Task<LoadTarget> ReadTargetAsync(
        RunContext run,
        NpgsqlDataSource database,
        Uri api,
        CancellationToken cancellationToken
    )
    {
        var environment = run.Environment;
        var stackAuth =
            environment.StackAuth
            ?? throw new RefusedException(
                "No address of the Stack Auth that the API's users sign in at. Name an environment's file with "
                    + "--environment, give --stack-auth, or set FRESHTRACK_STACK_AUTH."
            );
        return LoadTargetReader.ReadAsync(
            database,
            api,
            environment.WebhookKey.ToArray(),
            stackAuth,
            run.Clock,
            cancellationToken
        );
    }

    private async Task<LoadResult> LoadAsync(
        LoadTarget target,
        string folder,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        using var transport = new LoadTransport();
        var runner = options.Runner(new LoadOptions { HistogramFolder = folder, Limits = limits });
        var runs = LoadPlan.For(options.Scale.Name).RunsAgainst(target, transport, options.Seed);
        observers.Note($"{runs.Count} scenarios, on a plan that does not wait for answers");
        if (!console.Profile.Out.IsTerminal)
        {
            return await runner.RunAsync(runs, new Told(value => progress.Report(Line(value))), cancellationToken);
        }

        // A table that is drawn over while the load lasts; the board gets the line.
        return await console
            .Live(Text.Empty)
            .AutoClear(enabled: true)
            .StartAsync(drawn =>
                runner.RunAsync(
                    runs,
                    new Told(value =>
                    {
                        progress.Report(Line(value));
                        drawn.UpdateTarget(table.Of(value));
                    }),
                    cancellationToken
                )
            );
    }

    private StepResult Judge(LoadResult result)
    {
        var judged = Gate.JudgeLoad(result, limits);
        var reasons = judged
            .Criteria.Where(criterion => criterion.Verdict == judged.Verdict)
            .Select(criterion => criterion.Reason)
            .ToList();
        var requests =
            $"{result.Scenarios.Sum(scenario => scenario.Requests):N0} requests of {result.Scenarios.Count} scenarios, "
            + $"{result.Scenarios.Sum(scenario => scenario.Failed):N0} failed";
        if (judged.Verdict is Verdict.Pass or Verdict.Warn)
        {
            return new StepResult(judged.Verdict, $"{requests}; every scenario kept its limits");
        }

        reasons.Skip(1).Take(ShownReasons - 1).ToList().ForEach(observers.Note);
        var rest = reasons.Count > 1 ? $" (and {reasons.Count - 1} more of {judged.Criteria.Count} limits)" : "";
        return new StepResult(judged.Verdict, $"{reasons[0]}{rest}");
    }

    private static List<string> SelfCheck(LoadResult result)
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

    private static StepProgress Line(LoadProgress progress)
    {
        var scenarios = progress.Scenarios;
        var sums =
            $"{progress.Elapsed.TotalSeconds:0} of {progress.Total.TotalSeconds:0} s, "
            + $"{scenarios.Sum(scenario => scenario.Ok):N0} ok, "
            + $"{scenarios.Sum(scenario => scenario.Failed):N0} failed, "
            + $"{scenarios.Sum(scenario => scenario.InFlight):N0} open";
        var text = scenarios.Where(scenario => !double.IsNaN(scenario.P95)).MaxBy(scenario => scenario.P95)
            is { } slowest
            ? $"{sums}; slowest {slowest.Scenario}, p95 {slowest.P95:0.#} ms"
            : sums;
        return new StepProgress(text, Math.Min(1, progress.Elapsed / progress.Total));
    }

    /// <summary>Unlike <see cref="Progress{T}"/> at once, on the thread that reports.</summary>
    private sealed class Told(Action<LoadProgress> tell) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) => tell(value);
    }
}
