using FreshTrack.Load;
using HdrHistogram;

namespace FreshTrack.UnitTests.Load;

public sealed class HistogramLogTests
{
    [Fact]
    public async Task The_log_holds_every_measured_request_by_second()
    {
        var folder = Directory.CreateTempSubdirectory("hlog").FullName;
        var scenario = Given.Scenario("quick", (_, _) => new(new RequestOutcome(Succeeded: true, "200", 0)));

        await new LoadRunner(new LoadOptions { HistogramFolder = folder })
            .RunAsync([Given.Run(scenario, 50, 2)], null, TestContext.Current.CancellationToken);

        await using (var log = File.OpenRead(Path.Combine(folder, "load-quick.hlog")))
        {
            using var reader = new HistogramLogReader(log);
            Assert.Equal([50L, 50L], reader.ReadHistograms().Select(second => second.TotalCount));
        }

        Directory.Delete(folder, recursive: true);
    }
}
