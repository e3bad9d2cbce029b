using FreshTrack.Plan;

namespace FreshTrack.Load;

/// <summary>When each arrival is due: computed from its number alone, so that no delay shifts the arrivals after it.</summary>
public sealed class ArrivalSchedule
{
    // A product such as 0.1 × 30 must not gain an arrival from its last binary digit.
    private const double Rounding = 1e-9;

    private readonly double rate;
    private readonly double phase;

    /// <param name="phase">Part of an interval, from 0 to below 1, by which all arrivals are shifted.</param>
    /// <exception cref="RefusedException">Rate, times or phase are out of range, or no arrival would be measured.</exception>
    public ArrivalSchedule(double ratePerSecond, TimeSpan warmUp, TimeSpan duration, double phase = 0)
    {
        if (!(ratePerSecond is > 0 and <= 1_000_000))
        {
            throw new RefusedException($"Invalid rate {ratePerSecond}: expected arrivals per second, above 0 and up to 1,000,000.");
        }

        if (warmUp < TimeSpan.Zero || duration <= TimeSpan.Zero)
        {
            throw new RefusedException($"Invalid times: warm-up {warmUp}, duration {duration}; expected no negative warm-up and a duration above zero.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(phase);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(phase, 1);
        (rate, this.phase, WarmUp, End) = (ratePerSecond, phase, warmUp, warmUp + duration);
        WarmUpCount = CountBefore(warmUp);
        Count = CountBefore(End);
        if (Planned == 0)
        {
            throw new RefusedException($"No arrival falls into {duration} at {ratePerSecond} a second; raise the rate or the duration.");
        }
    }

    public TimeSpan WarmUp { get; }

    /// <summary>End of the measured time, from the start of the run.</summary>
    public TimeSpan End { get; }

    /// <summary>Arrivals of warm-up and measured time together.</summary>
    public long Count { get; }

    /// <summary>Arrivals from 0 on that are not measured.</summary>
    public long WarmUpCount { get; }

    /// <summary>Arrivals that are measured.</summary>
    public long Planned => Count - WarmUpCount;

    /// <summary>Time of an arrival from the start of the run, in ticks of a clock of this frequency.</summary>
    public long DueAt(long arrival, long frequency) => (long)((arrival + phase) / rate * frequency);

    /// <summary>Which second of the measured time an arrival belongs to, from 0.</summary>
    public int SecondOf(long arrival) => (int)(((arrival + phase) / rate) - WarmUp.TotalSeconds + Rounding);

    private long CountBefore(TimeSpan time) => Math.Max(0, (long)Math.Ceiling((rate * time.TotalSeconds) - phase - Rounding));
}
