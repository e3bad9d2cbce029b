using HdrHistogram;

namespace FreshTrack.Load;

/// <summary>Writes every scenario's latencies, second by second, in the log format that all HdrHistogram tools read. Values are µs.</summary>
internal static class HistogramLog
{
    public static async Task WriteAsync(
        IReadOnlyList<ScenarioLane> lanes, DateTimeOffset startedAt, TimeSpan requestTimeout, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        foreach (var lane in lanes)
        {
            using var log = new MemoryStream();
            Write(lane, startedAt + lane.Schedule.WarmUp, requestTimeout, log);
            await File.WriteAllBytesAsync(Path.Combine(folder, $"load-{lane.Run.Scenario.Name}.hlog"), log.ToArray(), cancellationToken);
        }
    }

    private static void Write(ScenarioLane lane, DateTimeOffset measuredFrom, TimeSpan requestTimeout, Stream log)
    {
        using var writer = new HistogramLogWriter(log);
        writer.Write(measuredFrom.UtcDateTime);
        foreach (var second in Summary.BySecond(lane.Schedule, Summary.Finished(lane, requestTimeout)))
        {
            var histogram = Summary.Histogram(second, sample => sample.Latency);
            histogram.StartTimeStamp = measuredFrom.AddSeconds(second.Key).ToUnixTimeMilliseconds();
            histogram.EndTimeStamp = histogram.StartTimeStamp + 1000;
            histogram.Tag = lane.Run.Scenario.Name;
            writer.Append(histogram);
        }
    }
}
