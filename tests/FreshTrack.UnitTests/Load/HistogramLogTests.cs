using FreshTrack.Load;
using HdrHistogram;

namespace FreshTrack.UnitTests.Load;

public sealed class HistogramLogTests
{
    [Fact]
    public async Task The_log_holds_every_measured_request_by_second()
    {
        var folder = Directory.CreateTempSubdirectory("hlog").FullName;
        var scenario = Given.Scenario("quick", (arrival, _) => new(new RequestOutcome(arrival % 10 != 0, "any", 0)));

        await new LoadRunner(new LoadOptions { HistogramFolder = folder }).RunAsync(
            [Given.Run(scenario, 50, 2)],
            null,
            TestContext.Current.CancellationToken
        );

        await using (var log = File.OpenRead(Path.Combine(folder, "load-quick.hlog")))
        {
            using var reader = new HistogramLogReader(log);
            Assert.Equal(
                [(null, 50L), ("ok", 45L), ("failed", 5L), (null, 50L), ("ok", 45L), ("failed", 5L)],
                reader.ReadHistograms().Select(line => ((string?)line.Tag, line.TotalCount))
            );
        }

        Directory.Delete(folder, recursive: true);
    }
}
