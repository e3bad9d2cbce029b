using FreshTrack.Cutover.Gating;

namespace FreshTrack.Load;

/// <summary>One scenario of a run: its next arrival and a slot for every measured one.</summary>
/// <remarks>A finished request stores a few numbers into its own slot: no lock, no histogram and no allocation while
/// the load runs.</remarks>
internal sealed class ScenarioLane(ScenarioRun run, ArrivalSchedule schedule, LatencyLimit? limit, TimeProvider time)
{
    public const string Timeout = "timeout";
    public const string NotSent = "not-sent";

    private readonly Sample[] samples = new Sample[schedule.Planned];
    private long due;
    private long ok;
    private long failed;
    private bool clockWentBack;

    public ScenarioRun Run => run;

    public ArrivalSchedule Schedule => schedule;

    /// <summary>What the policy asks of the scenario; null where it asks nothing.</summary>
    public LatencyLimit? Limit => limit;

    public SecondCounts Seconds { get; } = new(schedule, limit);

    /// <summary>The measured arrivals that fell due: all of them, unless the run was stopped.</summary>
    public ReadOnlyMemory<Sample> Samples => samples.AsMemory(0, (int)Math.Max(0, Next - schedule.WarmUpCount));

    /// <summary>Arrivals that fell due so far; also the number of the next one.</summary>
    public long Next => Volatile.Read(ref due);

    public bool Finished => Next == schedule.Count;

    /// <summary>A request seemed to end before it began.</summary>
    public bool ClockWentBack => Volatile.Read(ref clockWentBack);

    public ScenarioProgress Progress =>
        new(run.Scenario.Name, Next, Volatile.Read(ref ok), Volatile.Read(ref failed), P95());

    /// <summary>Sends the next arrival; the task is done when its answer is recorded.</summary>
    /// <param name="intended">Timestamp at which the arrival was due.</param>
    public async Task SendNextAsync(long intended, CancellationToken deadline)
    {
        var arrival = due;
        Volatile.Write(ref due, arrival + 1);
        var started = time.GetTimestamp();
        RequestOutcome outcome;
        try
        {
            outcome = await run.Scenario.SendAsync(arrival, deadline);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            outcome = new RequestOutcome(Succeeded: false, Timeout, 0);
        }

        var ended = time.GetTimestamp();
        Record(arrival, Micros(intended, ended), Micros(started, ended), outcome);
    }

    /// <summary>Counts the next arrival as failed without sending it,
    /// at the latency that a request without an answer has.</summary>
    public void SkipNext(TimeSpan latency)
    {
        var arrival = due;
        Volatile.Write(ref due, arrival + 1);
        var micros = (int)Math.Min(latency.TotalMicroseconds, int.MaxValue);
        Record(arrival, micros, micros, new RequestOutcome(Succeeded: false, NotSent, 0));
    }

    private void Record(long arrival, int latency, int service, RequestOutcome outcome)
    {
        Interlocked.Increment(ref outcome.Succeeded ? ref ok : ref failed);
        if (arrival >= schedule.WarmUpCount)
        {
            var bytes = (int)Math.Min(outcome.Bytes, int.MaxValue);
            samples[arrival - schedule.WarmUpCount] = new Sample(
                latency,
                service,
                bytes,
                outcome.Succeeded,
                outcome.Outcome,
                outcome.Parts
            );
            Seconds.Add(schedule.SecondOf(arrival), latency, outcome.Succeeded);
        }
    }

    /// <summary>Of the newest second whose requests have all finished:
    /// their samples are not written any more.</summary>
    private double P95()
    {
        if (Seconds.NewestComplete is not { } second)
        {
            return double.NaN;
        }

        var (from, count) = Seconds.Arrivals(second);
        int[] latencies = [.. samples.AsSpan((int)from, (int)count).ToArray().Select(sample => sample.Latency).Order()];
        return latencies[(int)Math.Ceiling(0.95 * latencies.Length) - 1] / 1000.0;
    }

    private int Micros(long from, long to)
    {
        if (to < from)
        {
            Volatile.Write(ref clockWentBack, value: true);
        }

        return (int)Math.Clamp(time.GetElapsedTime(from, to).TotalMicroseconds, 1, int.MaxValue);
    }
}

/// <summary>One measured request, times in µs. The default value,
/// without an outcome, is one that never finished.</summary>
internal readonly record struct Sample(
    int Latency,
    int Service,
    int Bytes,
    bool Succeeded,
    string? Outcome,
    IReadOnlyList<PartOutcome>? Parts
)
{
    public int Lag => Latency - Service;
}
