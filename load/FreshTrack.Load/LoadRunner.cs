using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;

namespace FreshTrack.Load;

/// <summary>Open-model load: arrivals come when the plan says so,
/// however slow the answers are, and latency counts from that moment.</summary>
/// <remarks>
/// One thread waits for the next arrival of all scenarios and starts its request; answers are taken by the thread pool.
/// The machine is shared
/// with what is measured, so it sleeps rather than spins: an arrival is up to a millisecond late, which is part of its
/// latency.
/// </remarks>
public sealed class LoadRunner(LoadOptions options) : ILoadRunner
{
    // Threads and timers are set up before the first arrival is due.
    private static readonly TimeSpan Lead = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs all scenarios at once, from the same start.</summary>
    /// <param name="progress">Called once a second, never by the thread that sends.</param>
    /// <exception cref="RefusedException">No scenario, two of one name, or a rate or time out of range.</exception>
    /// <exception cref="InvalidOperationException">A scenario threw instead of returning an outcome.</exception>
    public async Task<LoadResult> RunAsync(
        IReadOnlyList<ScenarioRun> runs,
        IProgress<LoadProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var lanes = Lanes(runs);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        var startedAt = options.Time.GetUtcNow() + Lead;
        var start = options.Time.GetTimestamp() + Ticks(Lead);
        var generator = GeneratorMeter.Start();
        using var run = new ArrivalLoop(lanes, options, start, stop, enough.Token);

        var watch = WatchAsync(lanes, start, progress, enough.CancelAsync, watching.Token);
        await Task.Factory.StartNew(
            run.SendAll,
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        await run.DrainAsync();
        await watching.CancelAsync();
        var stopped = await watch;

        run.ThrowIfFaulted();
        cancellationToken.ThrowIfCancellationRequested();
        var elapsed = options.Time.GetElapsedTime(start);
        var use = generator.Read();
        var check = new SelfCheck(use, options.Time.GetUtcNow() - startedAt - elapsed, elapsed);
        var result = new LoadResult(
            "open-model",
            startedAt,
            [
                .. lanes.Select(lane =>
                    Summary.Of(lane, options.RequestTimeout, check, RateBeside(lane, lanes), stopped is not null)
                ),
            ]
        )
        {
            Generator = use,
            Stopped = stopped,
        };
        if (options.HistogramFolder is not null)
        {
            await HistogramLog.WriteAsync(
                lanes,
                startedAt,
                options.RequestTimeout,
                options.HistogramFolder,
                cancellationToken
            );
        }

        return result;
    }

    /// <summary>Arrivals a second, at most, of a scenario and all that run at the same time.</summary>
    private static double RateBeside(ScenarioLane lane, List<ScenarioLane> lanes) =>
        lanes.Where(other => other.Schedule.Overlaps(lane.Schedule)).Sum(other => other.Schedule.PeakRate);

    private List<ScenarioLane> Lanes(IReadOnlyList<ScenarioRun> runs)
    {
        if (runs.Count == 0)
        {
            throw new RefusedException("The load plan holds no scenario; expected at least one.");
        }

        var twice = runs.CountBy(run => run.Scenario.Name).FirstOrDefault(name => name.Value > 1);
        if (twice.Key is not null)
        {
            throw new RefusedException(
                $"Scenario '{twice.Key}' stands {twice.Value} times in the load plan; expected once."
            );
        }

        // Shifted against each other: scenarios of one rate would otherwise always arrive in pairs.
        return
        [
            .. runs.Select(
                (run, i) =>
                    new ScenarioLane(
                        run,
                        new ArrivalSchedule(run, (double)i / runs.Count),
                        options.Limits.FirstOrDefault(limit => limit.Scenario == run.Scenario.Name),
                        options.Time
                    )
            ),
        ];
    }

    /// <summary>Once a second: reports, and ends the sending on a sustained breach.</summary>
    /// <returns>Why the run was stopped; null when it was not.</returns>
    private async Task<string?> WatchAsync(
        List<ScenarioLane> lanes,
        long start,
        IProgress<LoadProgress>? progress,
        Func<Task> stopSendingAsync,
        CancellationToken cancellationToken
    )
    {
        var total = lanes.Max(lane => lane.Schedule.End);
        var breach = new SustainedBreach(lanes, options.BreachSeconds);
        string? stopped = null;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), options.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var elapsed = options.Time.GetElapsedTime(start);
                progress?.Report(new LoadProgress(elapsed, total, [.. lanes.Select(lane => lane.Progress)]));
                if (stopped is null && !lanes.TrueForAll(lane => lane.Finished) && breach.Find(elapsed) is { } reason)
                {
                    stopped = reason;
                    await stopSendingAsync();
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The run is over.
        }

        return stopped;
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * options.Time.TimestampFrequency);
}
