using FreshTrack.Cutover.Evidence;

namespace FreshTrack.Load;

/// <summary>Whether the figures are the target's, or the generator's own doing.</summary>
/// <remarks>
/// <para>The generator's lag is part of every latency, so it can only make a verdict worse; but then a Fail might be
/// the machine's. Lag also bunches
/// arrivals, so it is measured in arrivals: at most four may be due at once in the p99, which is 2 ms at 2,000 a
/// second. The same four arrivals
/// are 17 ms at the 240 a second of a rehearsal, where a generator that shares two cores with the servers is a few
/// milliseconds late and
/// that decides nothing. Never more than 20 ms, a fifth of the tightest limit in use: beyond it the generator could
/// turn a Pass into a Fail by itself.</para>
/// <para>An overloaded machine shows in lag or in CPU before it shows in verdicts: the result is then unreliable, and
/// the gate says Inconclusive.
/// A slow API does not: waiting for answers costs the generator nothing.</para>
/// <para>Collector pauses delay answers as well as arrivals; once they fill a hundredth of the time they are the
/// p99.</para>
/// </remarks>
internal sealed class SelfCheck(GeneratorUse generator, TimeSpan wallJump, TimeSpan elapsed)
{
    private const double ArrivalBudget = 0.005;
    private const double ArrivalsBehind = 4;
    private const double LeastLagMs = 2;
    private const double MostLagMs = 20;
    private const double CpuBudget = 0.8;
    private const double CollectorBudget = 0.01;

    private static readonly TimeSpan ClockBudget = TimeSpan.FromSeconds(1);

    /// <summary>How late the generator may be at so many arrivals a second,
    /// all scenarios together: 99th percentile in milliseconds.</summary>
    public static double LagBudget(double ratePerSecond) =>
        Math.Clamp(ArrivalsBehind * 1000 / ratePerSecond, LeastLagMs, MostLagMs);

    /// <param name="planned">Arrivals that the plan asked for.</param>
    /// <param name="inTime">Of these, sent before the measured time was over.</param>
    /// <param name="heldBack">Of these, held back because the target
    /// left too many open: its doing, not the generator's.</param>
    /// <param name="lag">99th percentile in milliseconds.</param>
    /// <param name="ratePerSecond">Highest rate of all scenarios that ran at the same time.</param>
    /// <returns>Why the figures must not be trusted; null when they may be.</returns>
    public string? Doubt(long planned, long inTime, long heldBack, double lag, double ratePerSecond, bool clockWentBack)
    {
        if (clockWentBack || wallJump.Duration() > ClockBudget)
        {
            return clockWentBack
                ? "the machine's clock went back during the run, so no time that was taken can be trusted; repeat"
                : $"the machine's clock jumped by {wallJump.TotalSeconds:0.#} s during the run; "
                    + "set it, see that the machine does not sleep, and repeat";
        }

        if (inTime + heldBack < planned * (1 - ArrivalBudget))
        {
            return $"the generator sent {inTime} of {planned} planned arrivals in their time "
                + $"({100.0 * inTime / planned:0.##}%, at least {100 * (1 - ArrivalBudget)}% wanted)";
        }

        if (lag > LagBudget(ratePerSecond))
        {
            return $"the generator sent up to {lag:0.##} ms late (p99, at most {LagBudget(ratePerSecond):0.##} ms "
                + $"wanted at {ratePerSecond:0} arrivals a second); free the machine and repeat";
        }

        if (generator.CpuShare > CpuBudget)
        {
            return $"the generator used {100 * generator.CpuShare:0}% of {generator.Cores} cores (at most "
                + $"{100 * CpuBudget}% wanted); lower the rate or take a larger machine";
        }

        var paused = generator.CollectorPauseSeconds / elapsed.TotalSeconds;
        return paused > CollectorBudget
            ? $"the garbage collector held the generator for {100 * paused:0.#}% of the time (at most "
                + $"{100 * CollectorBudget}% wanted); lower the rate or take a larger machine"
            : null;
    }
}
