using FreshTrack.Cutover.Evidence;
using HdrHistogram;

namespace FreshTrack.Load;

/// <summary>From the samples of one scenario to its figures.</summary>
internal static class Summary
{
    private const string Unfinished = "unfinished";

    private static readonly double[] CurvePercentiles =
    [
        0,
        10,
        25,
        50,
        75,
        90,
        95,
        97.5,
        99,
        99.5,
        99.9,
        99.95,
        99.99,
        100,
    ];

    /// <param name="ratePerSecond">Highest rate of all scenarios that ran at the same time.</param>
    /// <param name="stopped">Whether the run ended before its plan:
    /// planned is then what the plan asked for until that moment.</param>
    public static ScenarioResult Of(
        ScenarioLane lane,
        TimeSpan requestTimeout,
        SelfCheck check,
        double ratePerSecond,
        bool stopped
    )
    {
        var schedule = lane.Schedule;
        var samples = Finished(lane, requestTimeout);
        IReadOnlyList<Sample> good = [.. samples.Where(sample => sample.Succeeded)];
        var planned = stopped ? samples.Count : schedule.Planned;
        var inTime = samples
            .Where((sample, i) => sample.Outcome != ScenarioLane.NotSent && SentInTime(schedule, i, sample))
            .LongCount();
        var heldBack = samples.LongCount(sample => sample.Outcome == ScenarioLane.NotSent);
        var latencies = Histogram(samples, sample => sample.Latency);
        var services = Histogram(samples, sample => sample.Service);
        var lag = Milliseconds(Histogram(samples, sample => sample.Lag).GetValueAtPercentile(99));
        var seconds = lane.Run.Duration.TotalSeconds;
        return new ScenarioResult(
            lane.Run.Scenario.Name,
            lane.Run.RampTo is null ? lane.Run.RatePerSecond : schedule.Planned / seconds,
            seconds,
            planned,
            samples.Count,
            good.Count,
            samples.Count - good.Count
        )
        {
            Latency = Percentiles(latencies) ?? NotMeasured,
            ServiceTime = Percentiles(services) ?? NotMeasured,
            OkLatency = Percentiles(Histogram(good, sample => sample.Latency)),
            FailedLatency = Percentiles(
                Histogram(samples.Where(sample => !sample.Succeeded), sample => sample.Latency)
            ),
            Outcomes = samples
                .CountBy(sample => sample.Outcome!)
                .OrderBy(pair => pair.Key)
                .ToDictionary(pair => pair.Key, pair => (long)pair.Value),
            ResponseBytes = samples.Sum(sample => (long)sample.Bytes),
            NotSent = heldBack,
            SentInTime = inTime,
            SchedulingLagP99 = lag,
            PerSecond = [.. BySecond(schedule, samples).Select(second => Second(second.Key, [.. second]))],
            Curve =
                samples.Count == 0
                    ? []
                    :
                    [
                        .. CurvePercentiles.Select(percentile => new CurvePoint(
                            percentile,
                            At(latencies, percentile),
                            At(services, percentile)
                        )),
                    ],
            Parts =
            [
                .. samples
                    .SelectMany(sample => sample.Parts ?? [])
                    .GroupBy(part => part.Name)
                    .Select(part => Part(part.Key, [.. part])),
            ],
            Unreliable = check.Doubt(planned, inTime, heldBack, lag, ratePerSecond, lane.ClockWentBack),
        };
    }

    /// <summary>The samples by the second in which they were due.</summary>
    public static IEnumerable<IGrouping<int, Sample>> BySecond(
        ArrivalSchedule schedule,
        IReadOnlyList<Sample> samples
    ) =>
        samples
            .Select((sample, i) => (Sample: sample, Second: schedule.SecondOf(schedule.WarmUpCount + i)))
            .GroupBy(pair => pair.Second, pair => pair.Sample);

    /// <summary>All samples; one without an answer counts as failed at the timeout.</summary>
    public static IReadOnlyList<Sample> Finished(ScenarioLane lane, TimeSpan requestTimeout)
    {
        var late = (int)Math.Min(requestTimeout.TotalMicroseconds, int.MaxValue);
        return
        [
            .. lane
                .Samples.ToArray()
                .Select(sample =>
                    sample.Outcome is null
                        ? new Sample(late, late, 0, Succeeded: false, Unfinished, Parts: null)
                        : sample
                ),
        ];
    }

    /// <summary>Values in µs, three digits, up to an hour.</summary>
    public static LongHistogram Histogram<T>(IEnumerable<T> samples, Func<T, long> value)
    {
        var highest = TimeSpan.FromHours(1).Ticks / TimeSpan.TicksPerMicrosecond;
        var histogram = new LongHistogram(1, highest, 3);
        foreach (var sample in samples)
        {
            histogram.RecordValue(Math.Clamp(value(sample), 0, highest));
        }

        return histogram;
    }

    private static Latency NotMeasured => new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);

    private static bool SentInTime(ArrivalSchedule schedule, int index, Sample sample) =>
        schedule.DueAt(schedule.WarmUpCount + index, TimeSpan.TicksPerSecond)
            + (sample.Lag * TimeSpan.TicksPerMicrosecond)
        <= schedule.End.Ticks;

    private static SecondResult Second(int second, IReadOnlyList<Sample> samples)
    {
        var histogram = Histogram(samples, sample => sample.Latency);
        return new SecondResult(
            second,
            samples.Count,
            samples.LongCount(sample => !sample.Succeeded),
            At(histogram, 50),
            At(histogram, 95)
        );
    }

    private static RequestPart Part(string name, IReadOnlyList<PartOutcome> outcomes) =>
        new(
            name,
            outcomes.Count,
            outcomes.LongCount(part => !part.Succeeded),
            Percentiles(Histogram(outcomes, part => (long)part.Time.TotalMicroseconds)) ?? NotMeasured
        );

    private static Latency? Percentiles(LongHistogram histogram) =>
        histogram.TotalCount == 0
            ? null
            : new Latency(
                At(histogram, 50),
                At(histogram, 75),
                At(histogram, 95),
                At(histogram, 99),
                Milliseconds(histogram.GetMaxValue()),
                Math.Round(histogram.GetMean() / 1000, 3)
            );

    private static double At(LongHistogram histogram, double percentile) =>
        Milliseconds(histogram.GetValueAtPercentile(percentile));

    private static double Milliseconds(long micros) => micros / 1000.0;
}
