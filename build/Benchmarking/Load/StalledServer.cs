namespace FreshTrack.Build.Benchmarking.Load;

/// <summary>What evenly spread arrivals must see of a server that stalls once and otherwise answers at once.</summary>
/// <param name="Stall">For so long nothing is answered, in the middle of the load.</param>
/// <param name="Duration">Of the whole load.</param>
public sealed record StalledServer(TimeSpan Stall, TimeSpan Duration)
{
    /// <summary>The latency from the intended start that the share of arrivals does not exceed.</summary>
    /// <remarks>
    /// Whoever arrives t after the stall began waits its rest. The slowest arrivals are those of its beginning, as many
    /// as arrive anywhere in
    /// the same time: the slowest hundredth of 30 s are those of its first 0.3 s, and the last of them waits 1.4 s −
    /// 0.3 s.
    /// </remarks>
    /// <param name="percentile">From 0 to 100.</param>
    public TimeSpan Latency(double percentile)
    {
        var slower = Duration * (1 - (percentile / 100));
        return slower < Stall ? Stall - slower : TimeSpan.Zero;
    }
}
