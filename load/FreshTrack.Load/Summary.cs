using System.Globalization;
using FreshTrack.Cutover;
using HdrHistogram;

namespace FreshTrack.Load;

/// <summary>From the samples of one scenario to its figures, and to whether they may be trusted.</summary>
/// <remarks>
/// The generator's own lag is part of every latency, so it can only make a verdict worse. Two things still spoil the figures: arrivals that
/// were never made, which spare the target, and lag so large that a Fail might be the generator's own. Lag is judged against a fifth of the
/// tightest limit in use (100 ms): a generator that shares two cores with the servers is often a few milliseconds late, and that decides nothing.
/// </remarks>
internal static class Summary
{
    private const double ArrivalBudget = 0.005;
    private const double LagBudgetMs = 20;
    private const string Unfinished = "unfinished";

    public static ScenarioResult Of(ScenarioLane lane, TimeSpan requestTimeout)
    {
        var schedule = lane.Schedule;
        var samples = Finished(lane, requestTimeout);
        var ok = samples.LongCount(sample => sample.Succeeded);
        var inTime = samples.Where((sample, i) => sample.Outcome != ScenarioLane.NotSent && SentInTime(schedule, i, sample)).LongCount();
        var lag = Milliseconds(Histogram(samples, sample => sample.Lag).GetValueAtPercentile(99));
        return new ScenarioResult(
            lane.Run.Scenario.Name, lane.Run.RatePerSecond, lane.Run.Duration.TotalSeconds, schedule.Planned, samples.Count, ok, samples.Count - ok)
        {
            Latency = Percentiles(samples, sample => sample.Latency) ?? NotMeasured,
            ServiceTime = Percentiles(samples, sample => sample.Service) ?? NotMeasured,
            OkLatency = Percentiles([.. samples.Where(sample => sample.Succeeded)], sample => sample.Latency),
            FailedLatency = Percentiles([.. samples.Where(sample => !sample.Succeeded)], sample => sample.Latency),
            Outcomes = samples.CountBy(sample => sample.Outcome!, StringComparer.Ordinal).OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .ToDictionary(pair => pair.Key, pair => (long)pair.Value, StringComparer.Ordinal),
            ResponseBytes = samples.Sum(sample => (long)sample.Bytes),
            NotSent = samples.LongCount(sample => sample.Outcome == ScenarioLane.NotSent),
            SentInTime = inTime,
            SchedulingLagP99 = lag,
            PerSecond = [.. BySecond(schedule, samples).Select(second => Second(second.Key, [.. second]))],
            Unreliable = Doubt(schedule.Planned, inTime, lag),
        };
    }

    /// <summary>The samples by the second in which they were due.</summary>
    public static IEnumerable<IGrouping<int, Sample>> BySecond(ArrivalSchedule schedule, IReadOnlyList<Sample> samples) =>
        samples.Select((sample, i) => (Sample: sample, Second: schedule.SecondOf(schedule.WarmUpCount + i))).GroupBy(pair => pair.Second, pair => pair.Sample);

    /// <summary>All samples; one without an answer counts as failed at the timeout.</summary>
    public static IReadOnlyList<Sample> Finished(ScenarioLane lane, TimeSpan requestTimeout)
    {
        var late = (int)Math.Min(requestTimeout.TotalMicroseconds, int.MaxValue);
        return [.. lane.Samples.Select(sample => sample.Outcome is null ? new Sample(late, late, 0, Succeeded: false, Unfinished) : sample)];
    }

    public static LongHistogram Histogram(IEnumerable<Sample> samples, Func<Sample, long> value)
    {
        var histogram = new LongHistogram(1, TimeSpan.FromHours(1).Ticks / TimeSpan.TicksPerMicrosecond, 3);
        foreach (var sample in samples)
        {
            histogram.RecordValue(Math.Max(0, value(sample)));
        }

        return histogram;
    }

    private static Latency NotMeasured => new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);

    private static bool SentInTime(ArrivalSchedule schedule, int index, Sample sample) =>
        schedule.DueAt(schedule.WarmUpCount + index, TimeSpan.TicksPerSecond) + (sample.Lag * TimeSpan.TicksPerMicrosecond) <= schedule.End.Ticks;

    private static SecondResult Second(int second, IReadOnlyList<Sample> samples)
    {
        var latency = Percentiles(samples, sample => sample.Latency) ?? NotMeasured;
        return new SecondResult(second, samples.Count, samples.LongCount(sample => !sample.Succeeded), latency.P50, latency.P95);
    }

    private static Latency? Percentiles(IReadOnlyList<Sample> samples, Func<Sample, long> value)
    {
        if (samples.Count == 0)
        {
            return null;
        }

        var histogram = Histogram(samples, value);
        double At(double percentile) => Milliseconds(histogram.GetValueAtPercentile(percentile));
        return new Latency(At(50), At(75), At(95), At(99), Milliseconds(histogram.GetMaxValue()), Math.Round(histogram.GetMean() / 1000, 3));
    }

    private static string? Doubt(long planned, long inTime, double lag)
    {
        if (inTime < planned * (1 - ArrivalBudget))
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"the generator sent {inTime} of {planned} planned arrivals in their time ({100.0 * inTime / planned:0.##}%, at least {100 * (1 - ArrivalBudget)}% wanted)");
        }

        return lag > LagBudgetMs
            ? string.Create(CultureInfo.InvariantCulture, $"the generator sent up to {lag:0.#} ms late (p99, at most {LagBudgetMs} ms wanted); free the machine and repeat")
            : null;
    }

    private static double Milliseconds(long micros) => micros / 1000.0;
}
