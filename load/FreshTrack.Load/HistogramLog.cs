using HdrHistogram;

namespace FreshTrack.Load;

/// <summary>Writes every scenario's latencies, second by second, in the log format that all HdrHistogram tools read.
/// Values are µs.</summary>
/// <remarks>A line without a tag holds all requests of its second, the lines tagged <c>ok</c> and <c>failed</c> its
/// parts: tools take the first when told nothing.</remarks>
internal static class HistogramLog
{
    public static async Task WriteAsync(
        IReadOnlyList<ScenarioLane> lanes,
        DateTimeOffset startedAt,
        TimeSpan requestTimeout,
        string folder,
        CancellationToken cancellationToken
    )
    {
        Directory.CreateDirectory(folder);
        foreach (var lane in lanes)
        {
            using var log = new MemoryStream();
            Write(lane, startedAt + lane.Schedule.MeasuredFrom, requestTimeout, log);
            await File.WriteAllBytesAsync(
                Path.Combine(folder, $"load-{lane.Run.Scenario.Name}.hlog"),
                log.ToArray(),
                cancellationToken
            );
        }
    }

    private static void Write(ScenarioLane lane, DateTimeOffset measuredFrom, TimeSpan requestTimeout, Stream log)
    {
        using var writer = new HistogramLogWriter(log);
        writer.Write(measuredFrom.UtcDateTime);
        foreach (var second in Summary.BySecond(lane.Schedule, Summary.Finished(lane, requestTimeout)))
        {
            var from = measuredFrom.AddSeconds(second.Key).ToUnixTimeMilliseconds();
            Append(writer, from, tag: null, second);
            Append(writer, from, "ok", second.Where(sample => sample.Succeeded));
            Append(writer, from, "failed", second.Where(sample => !sample.Succeeded));
        }
    }

    private static void Append(HistogramLogWriter writer, long from, string? tag, IEnumerable<Sample> samples)
    {
        var histogram = Summary.Histogram(samples, sample => sample.Latency);
        (histogram.StartTimeStamp, histogram.EndTimeStamp, histogram.Tag) = (from, from + 1000, tag);
        if (histogram.TotalCount > 0)
        {
            writer.Append(histogram);
        }
    }
}
