namespace FreshTrack.Load;

/// <summary>Starts every arrival of all lanes when it is due, and keeps count of the requests that are open.</summary>
/// <param name="stop">Ends the sending and the open requests.</param>
/// <param name="enough">Ends the sending; what is open is waited for.</param>
internal sealed class ArrivalLoop(
    IReadOnlyList<ScenarioLane> lanes,
    LoadOptions options,
    long start,
    CancellationTokenSource stop,
    CancellationToken enough
) : IDisposable
{
    // A machine whose thread pool is busy ends requests this much after their deadline; they are timeouts all the same.
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(5);

    private readonly Deadlines deadlines = new(options.RequestTimeout, options.Time, stop.Token);
    private readonly TimeProvider time = options.Time;
    private int inFlight;
    private Exception? fault;

    /// <summary>Blocks its thread until the last arrival was started, or the run was stopped.</summary>
    public void SendAll()
    {
        while (NextLane() is { } lane)
        {
            var intended = DueAt(lane);
            if (!WaitUntil(intended))
            {
                return;
            }

            if (Volatile.Read(ref inFlight) >= options.MaxInFlight)
            {
                lane.SkipNext(options.RequestTimeout);
            }
            else
            {
                _ = SendAsync(lane, intended);
            }
        }
    }

    /// <summary>Waits for the open requests, which their deadlines end;
    /// a scenario that ignores its deadline is left behind.</summary>
    public async Task DrainAsync()
    {
        var grace = (options.RequestTimeout * 1.25) + Stall;
        var since = time.GetTimestamp();
        while (Volatile.Read(ref inFlight) > 0 && time.GetElapsedTime(since) < grace)
        {
            // The run's own end is what is awaited: cancelling it ends the requests, and with them this wait.
            await Task.Delay(TimeSpan.FromMilliseconds(10), time, CancellationToken.None);
        }
    }

    public void ThrowIfFaulted()
    {
        if (fault is not null)
        {
            throw new InvalidOperationException(
                $"A load scenario threw {fault.GetType().Name} instead of returning an outcome: {fault.Message}",
                fault
            );
        }
    }

    public void Dispose() => deadlines.Dispose();

    private ScenarioLane? NextLane()
    {
        ScenarioLane? next = null;
        foreach (var lane in lanes)
        {
            if (!lane.Finished && (next is null || DueAt(lane) < DueAt(next)))
            {
                next = lane;
            }
        }

        return next;
    }

    private long DueAt(ScenarioLane lane) => start + lane.Schedule.DueAt(lane.Next, time.TimestampFrequency);

    private bool WaitUntil(long timestamp)
    {
        for (var now = time.GetTimestamp(); now < timestamp; now = time.GetTimestamp())
        {
            // Waits end on whole milliseconds; the token's handle also wakes the thread when the run is stopped.
            var milliseconds = (int)Math.Ceiling(time.GetElapsedTime(now, timestamp).TotalMilliseconds);
            if (enough.WaitHandle.WaitOne(milliseconds))
            {
                return false;
            }
        }

        return !enough.IsCancellationRequested;
    }

    private async Task SendAsync(ScenarioLane lane, long intended)
    {
        Interlocked.Increment(ref inFlight);
        try
        {
            await lane.SendNextAsync(intended, deadlines.TokenAt(time.GetTimestamp()));
        }
        catch (Exception exception) when (Interlocked.CompareExchange(ref fault, exception, null) is null)
        {
            await stop.CancelAsync();
        }
        finally
        {
            Interlocked.Decrement(ref inFlight);
        }
    }
}
