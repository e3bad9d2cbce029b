using FreshTrack.Clients.Prometheus;
using FreshTrack.Cutover.Deploy;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Visitors;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Steps;

/// <summary>What stands around the API: it is started, and then asked as a visitor and as an operator ask it.</summary>
public static class StackSteps
{
    /// <summary>Prometheus asks each target every 15 s; one that was just started is asked once more.</summary>
    private static readonly TimeSpan ScrapedWithin = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Starts frontend, proxy, monitoring and status page.</summary>
    public static async Task<StepResult> StartAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        if (run is not { Stack: { } stack, Environment.Visitors: { } visitors })
        {
            return StepResult.Absent(Runbook.Stack);
        }

        var (well, started) = await stack.StartAsync(
            visitors.Names.HasOwnAuthority,
            new Reports<string>(what => progress.Report(new StepProgress(what))),
            cancellationToken
        );
        await TrustAsync(stack, visitors, cancellationToken);
        var leftOut = stack.LeftOut.Count == 0 ? "" : $"; left out here: {Listed(stack.LeftOut)}";
        return StepResult.Pass($"{well.Count} services are well, {started.Count} of them started now{leftOut}");
    }

    /// <summary>Asks for every public name from outside, and tries the maintenance page; <c>visitors.json</c> holds
    /// every point.</summary>
    public static async Task<StepResult> VisitAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        if (run is not { Stack: { } stack, Environment.Visitors: { } visitors })
        {
            return StepResult.Absent(Runbook.Stack);
        }

        await TrustAsync(stack, visitors, cancellationToken);
        var check = new VisitorCheck(visitors);
        var points = new List<VisitorPoint>();
        progress.Report(new StepProgress($"asking for {visitors.Names.App.Host} and its neighbours"));
        try
        {
            await stack.CloseAsync(cancellationToken);
            points.Add(await check.ClosedAsync(cancellationToken));
        }
        finally
        {
            await stack.OpenAsync(CancellationToken.None);
        }

        points.AddRange(await check.RunAsync(cancellationToken));
        await run.Evidence.WriteJsonAsync("visitors", new VisitorReport(points), cancellationToken);
        var wrong = points.Where(point => point.Verdict != Verdict.Pass).ToList();
        return wrong.Count == 0
            ? StepResult.Pass($"all {points.Count} answers are as a visitor expects them, over HTTPS")
            : new StepResult(Verdict.Fail, $"{wrong.Count} of {points.Count} answers: {string.Join("; ", wrong)}");
    }

    /// <summary>Prometheus reaches every target that was started; <c>targets.json</c> holds them.</summary>
    public static async Task<StepResult> MonitoringAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        if (run is not { Stack: { } stack, Environment: { Visitors: { } visitors, Monitoring: { } monitoring } })
        {
            return StepResult.Absent(Runbook.Monitoring);
        }

        await TrustAsync(stack, visitors, cancellationToken);
        using var http = visitors.Client(
            new Uri(visitors.Names.Monitoring, "prometheus/"),
            monitoring.User,
            monitoring.Password
        );
        var prometheus = new PrometheusClient(http);
        var began = run.Clock.GetTimestamp();
        while (true)
        {
            var targets = await prometheus.TargetsAsync(cancellationToken);
            // A prober answers also for what it does not reach.
            var unreached = await prometheus.QueryAsync("probe_success == 0", cancellationToken);
            List<string> down =
            [
                .. targets.Where(target => !target.IsUp).Select(Described),
                .. unreached.Select(probe => $"{probe.Labels.GetValueOrDefault("instance")} is not reached"),
            ];
            progress.Report(new StepProgress($"{targets.Count} targets, {down.Count} do not answer"));
            if (down.Count == 0 && targets.Count > 0)
            {
                await run.Evidence.WriteJsonAsync("targets", new TargetReport(targets), cancellationToken);
                return StepResult.Pass($"Prometheus reaches all {targets.Count} targets, and every probe its own");
            }

            if (run.Clock.GetElapsedTime(began) > ScrapedWithin)
            {
                await run.Evidence.WriteJsonAsync("targets", new TargetReport(targets), cancellationToken);
                return new StepResult(
                    Verdict.Fail,
                    targets.Count == 0
                        ? "Prometheus has no target at all; look at deploy/prometheus/prometheus.yml on the server"
                        : $"{down.Count} of {targets.Count} targets do not answer: " + string.Join("; ", down)
                );
            }

            await Task.Delay(Pause, run.Clock, cancellationToken);
        }
    }

    /// <summary>Before anything is asked by its public name: each process learns the proxy's authority anew.</summary>
    internal static async Task TrustAsync(
        StackServices stack,
        VisitorHttp visitors,
        CancellationToken cancellationToken
    )
    {
        if (visitors.Names.HasOwnAuthority)
        {
            visitors.Trust(await stack.AuthorityAsync(cancellationToken));
        }
    }

    private static string Described(ScrapeTarget target) =>
        $"{target.Job} {target.Instance} is {target.Health}"
        + (target.LastError.Length == 0 ? "" : $" ({target.LastError})");

    private static string Listed(IReadOnlyList<string> names) => string.Join(", ", names);
}

/// <summary>The content of <c>visitors.json</c>.</summary>
public sealed record VisitorReport(IReadOnlyList<VisitorPoint> Points);

/// <summary>The content of <c>targets.json</c>.</summary>
public sealed record TargetReport(IReadOnlyList<ScrapeTarget> Targets);
