using FreshTrack.Plan;

namespace FreshTrack.Load;

/// <summary>When each arrival is due: computed from its number alone,
/// so that no delay shifts the arrivals after it.</summary>
/// <remarks>The warm-up goes at one rate; from there the rate stays,
/// or changes evenly to another until the end.</remarks>
public sealed class ArrivalSchedule
{
    // A product such as 0.1 × 30 must not gain an arrival from its last binary digit.
    private const double Rounding = 1e-9;

    private readonly double rate;
    private readonly double slope;
    private readonly double phase;
    private readonly TimeSpan delay;
    private readonly TimeSpan warmUp;

    /// <param name="phase">Part of an interval, from 0 to below 1, by which all arrivals are shifted.</param>
    /// <exception cref="RefusedException">A rate, a time or the phase
    /// is out of range, or no arrival would be measured.</exception>
    public ArrivalSchedule(ScenarioRun run, double phase = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(phase);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(phase, 1);
        RequireRate(run.RatePerSecond);
        RequireRate(run.RampTo ?? run.RatePerSecond);
        if (run.Delay < TimeSpan.Zero || run.WarmUp < TimeSpan.Zero || run.Duration <= TimeSpan.Zero)
        {
            throw new RefusedException(
                $"Invalid times: delay {run.Delay}, warm-up {run.WarmUp}, duration {run.Duration}; "
                    + "expected no negative delay or warm-up and a duration above zero."
            );
        }

        (rate, this.phase, delay, warmUp) = (run.RatePerSecond, phase, run.Delay, run.WarmUp);
        slope = ((run.RampTo ?? rate) - rate) / run.Duration.TotalSeconds;
        PeakRate = Math.Max(rate, run.RampTo ?? rate);
        WarmUpCount = CountBefore(warmUp);
        Count = CountBefore(warmUp + run.Duration);
        (MeasuredFrom, End) = (delay + warmUp, delay + warmUp + run.Duration);
        if (Planned == 0)
        {
            throw new RefusedException(
                $"No arrival falls into {run.Duration} at {run.RatePerSecond} a second; raise the rate or the duration."
            );
        }
    }

    /// <summary>End of the warm-up, from the start of the run.</summary>
    public TimeSpan MeasuredFrom { get; }

    /// <summary>End of the measured time, from the start of the run.</summary>
    public TimeSpan End { get; }

    /// <summary>The highest rate, arrivals a second.</summary>
    public double PeakRate { get; }

    /// <summary>Arrivals of warm-up and measured time together.</summary>
    public long Count { get; }

    /// <summary>Arrivals from 0 on that are not measured.</summary>
    public long WarmUpCount { get; }

    /// <summary>Arrivals that are measured.</summary>
    public long Planned => Count - WarmUpCount;

    /// <summary>Seconds of the measured time, the last one perhaps short.</summary>
    public int Seconds => (int)Math.Ceiling((End - MeasuredFrom).TotalSeconds);

    /// <summary>Time of an arrival from the start of the run, in ticks of a clock of this frequency.</summary>
    public long DueAt(long arrival, long frequency) => (long)((delay.TotalSeconds + SecondsTo(arrival)) * frequency);

    /// <summary>Which second of the measured time an arrival belongs to, from 0.</summary>
    public int SecondOf(long arrival) => (int)(SecondsTo(arrival) - warmUp.TotalSeconds + Rounding);

    /// <summary>Whether there is a time at which both send.</summary>
    public bool Overlaps(ArrivalSchedule other) => delay < other.End && other.delay < End;

    private static void RequireRate(double rate)
    {
        if (!(rate is > 0 and <= 1_000_000))
        {
            throw new RefusedException(
                $"Invalid rate {rate}: expected arrivals per second, above 0 and up to 1,000,000."
            );
        }
    }

    /// <summary>The arrivals before a moment are the area below the rate: a rectangle, and from the warm-up's end a
    /// triangle on top of it.</summary>
    private long CountBefore(TimeSpan time)
    {
        var ramped = Math.Max(0, (time - warmUp).TotalSeconds);
        return Math.Max(
            0,
            (long)Math.Ceiling((rate * time.TotalSeconds) + (slope * ramped * ramped / 2) - phase - Rounding)
        );
    }

    /// <summary>The inverse of that area. In this form the root loses no digits where the slope is small.</summary>
    private double SecondsTo(long arrival)
    {
        var area = arrival + phase;
        var ramped = area - (rate * warmUp.TotalSeconds);
        return slope == 0 || ramped <= 0
            ? area / rate
            : warmUp.TotalSeconds + (2 * ramped / (rate + Math.Sqrt((rate * rate) + (2 * slope * ramped))));
    }
}
