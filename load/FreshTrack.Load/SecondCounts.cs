using FreshTrack.Cutover.Gating;

namespace FreshTrack.Load;

/// <summary>What has become of the arrivals of each measured second,
/// while the run goes on. Safe for any thread.</summary>
internal sealed class SecondCounts(ArrivalSchedule schedule, LatencyLimit? limit)
{
    private const double SlowShare = 0.05;

    private readonly long[] firsts = Firsts(schedule);
    private readonly int[] finished = new int[schedule.Seconds];
    private readonly int[] slow = new int[schedule.Seconds];
    private readonly int[] failed = new int[schedule.Seconds];
    private readonly double limitMicros = (double)(limit?.P95Ms ?? decimal.MaxValue) * 1000;

    /// <summary>The newest second whose arrivals have all finished; null before the first.</summary>
    public int? NewestComplete
    {
        get
        {
            for (var second = finished.Length - 1; second >= 0; second--)
            {
                if (Arrivals(second).Count is > 0 and var count && Volatile.Read(ref finished[second]) == count)
                {
                    return second;
                }
            }

            return null;
        }
    }

    /// <summary>Requests at or above the p95 limit so far.</summary>
    public long Slow => slow.Sum(count => (long)count);

    public long Failed => failed.Sum(count => (long)count);

    /// <summary>The measured arrivals of a second, the first of all being number 0.</summary>
    public (long First, long Count) Arrivals(int second) => (firsts[second], firsts[second + 1] - firsts[second]);

    public void Add(int second, int latencyMicros, bool succeeded)
    {
        if (latencyMicros >= limitMicros)
        {
            Interlocked.Increment(ref slow[second]);
        }

        if (!succeeded)
        {
            Interlocked.Increment(ref failed[second]);
        }

        // Last: who sees the second complete sees all of it.
        Interlocked.Increment(ref finished[second]);
    }

    /// <summary>Whether a second that ended at least the limit's time ago missed the p95 or the error limit. What has
    /// not answered by now is slow.</summary>
    public bool Misses(int second)
    {
        var count = Arrivals(second).Count;
        var unanswered = count - Volatile.Read(ref finished[second]);
        return limit is not null
            && count > 0
            && (
                Volatile.Read(ref slow[second]) + unanswered > SlowShare * count
                || Volatile.Read(ref failed[second]) >= (double)limit.ErrorRate * count
            );
    }

    private static long[] Firsts(ArrivalSchedule schedule)
    {
        var starts = new long[schedule.Seconds + 1];
        for (long number = 0; number < schedule.Planned; number++)
        {
            starts[schedule.SecondOf(schedule.WarmUpCount + number) + 1]++;
        }

        for (var second = 1; second < starts.Length; second++)
        {
            starts[second] += starts[second - 1];
        }

        return starts;
    }
}
