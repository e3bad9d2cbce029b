using FreshTrack.Cutover;
using FreshTrack.Plan;

namespace FreshTrack.Load;

/// <summary>Open-model load: arrivals come when the plan says so, however slow the answers are, and latency counts from that moment.</summary>
/// <remarks>
/// One thread waits for the next arrival of all scenarios and starts its request; answers are taken by the thread pool. The machine is shared
/// with what is measured, so it sleeps rather than spins: an arrival is up to a millisecond late, which is part of its latency.
/// </remarks>
public sealed class LoadRunner(LoadOptions options)
{
    // Threads and timers are set up before the first arrival is due.
    private static readonly TimeSpan Lead = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs all scenarios at once, from the same start.</summary>
    /// <param name="progress">Called once a second, never by the thread that sends.</param>
    /// <exception cref="RefusedException">No scenario, two of one name, or a rate or time out of range.</exception>
    /// <exception cref="InvalidOperationException">A scenario threw instead of returning an outcome.</exception>
    public async Task<LoadResult> RunAsync(IReadOnlyList<ScenarioRun> runs, IProgress<LoadProgress>? progress, CancellationToken cancellationToken)
    {
        var lanes = Lanes(runs);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var startedAt = options.Time.GetUtcNow() + Lead;
        var start = options.Time.GetTimestamp() + Ticks(Lead);
        var total = lanes.Max(lane => lane.Schedule.End);
        using var run = new ArrivalLoop(lanes, options, start, stop);

        using var reporting = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        var reporter = progress is null ? Task.CompletedTask : ReportAsync(lanes, total, start, progress, reporting.Token);
        await Task.Factory.StartNew(run.SendAll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await run.DrainAsync();
        await reporting.CancelAsync();
        await reporter;

        run.ThrowIfFaulted();
        cancellationToken.ThrowIfCancellationRequested();
        var result = new LoadResult("open-model", startedAt, [.. lanes.Select(lane => Summary.Of(lane, options.RequestTimeout))]);
        if (options.HistogramFolder is not null)
        {
            await HistogramLog.WriteAsync(lanes, startedAt, options.RequestTimeout, options.HistogramFolder, cancellationToken);
        }

        return result;
    }

    private List<ScenarioLane> Lanes(IReadOnlyList<ScenarioRun> runs)
    {
        if (runs.Count == 0)
        {
            throw new RefusedException("The load plan holds no scenario; expected at least one.");
        }

        var twice = runs.CountBy(run => run.Scenario.Name, StringComparer.Ordinal).FirstOrDefault(name => name.Value > 1);
        if (twice.Key is not null)
        {
            throw new RefusedException($"Scenario '{twice.Key}' stands {twice.Value} times in the load plan; expected once.");
        }

        // Shifted against each other: scenarios of one rate would otherwise always arrive in pairs.
        return [.. runs.Select((run, i) =>
            new ScenarioLane(run, new ArrivalSchedule(run.RatePerSecond, run.WarmUp, run.Duration, (double)i / runs.Count), options.Time))];
    }

    private async Task ReportAsync(List<ScenarioLane> lanes, TimeSpan total, long start, IProgress<LoadProgress> progress, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), options.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                progress.Report(new LoadProgress(options.Time.GetElapsedTime(start), total, [.. lanes.Select(lane => lane.Progress)]));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * options.Time.TimestampFrequency);
}
