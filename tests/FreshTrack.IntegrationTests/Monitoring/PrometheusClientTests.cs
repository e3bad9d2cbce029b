using FreshTrack.Clients.Prometheus;

namespace FreshTrack.IntegrationTests.Monitoring;

/// <summary>The client against a real Prometheus.</summary>
[Collection(MonitoringGroup.Name)]
public sealed class PrometheusClientTests(MonitoredServers stack)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Vector_and_scalar_are_read()
    {
        IReadOnlyList<Sample> up = [];
        for (var look = 0; look < 100 && up.Count == 0; look++)
        {
            // Nothing is known before the first scrape.
            await Task.Delay(TimeSpan.FromMilliseconds(200), Token);
            up = await stack.Prometheus.QueryAsync("up{job=\"prometheus\"}", Token);
        }

        var scalar = await stack.Prometheus.QueryAsync("1 / 0", Token);

        Assert.Equal(("localhost:9090", 1), (Assert.Single(up).Labels["instance"], up[0].Value));
        Assert.True(double.IsPositiveInfinity(Assert.Single(scalar).Value));
    }

    [Fact]
    public async Task Series_that_is_not_there_is_empty_and_has_no_newest_sample()
    {
        Assert.Empty(await stack.Prometheus.QueryAsync("no_such_metric", Token));
        Assert.Null(await stack.Prometheus.NewestAsync("no_such_metric", Token));
    }

    [Fact]
    public async Task Newest_sample_moves_on_with_every_scrape()
    {
        var before = await stack.Prometheus.NewestAsync("up{job=\"prometheus\"}", Token);
        var after = before;
        for (var look = 0; look < 100 && after == before; look++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), Token);
            after = await stack.Prometheus.NewestAsync("up{job=\"prometheus\"}", Token);
        }

        Assert.True(after > before, $"{before:O} stayed.");
    }

    [Fact]
    public async Task Target_that_is_down_says_why()
    {
        ScrapeTarget loki;
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), Token);
            loki = (await stack.Prometheus.TargetsAsync(Token)).Single(target => target.Job == "loki");
        } while (loki.Health == "unknown");

        Assert.False(loki.IsUp);
        Assert.Contains("loki", loki.LastError);
        Assert.NotNull(loki.LastScrape);
    }

    [Fact]
    public async Task Active_alerts_are_listed_with_their_labels()
    {
        ActiveAlert? down = null;
        for (var look = 0; look < 200 && down is null; look++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), Token);
            down = (await stack.Prometheus.AlertsAsync(Token)).FirstOrDefault(alert =>
                alert is { Name: "TargetDown", IsFiring: true } && alert.Labels["job"] == "loki"
            );
        }

        Assert.Equal("warning", down?.Labels["severity"]);
        Assert.Contains("loki:3100", down!.Annotations["summary"]);
    }

    [Fact]
    public async Task Expression_that_cannot_be_read_is_refused_in_words()
    {
        var refused = await Assert.ThrowsAsync<PrometheusException>(() => stack.Prometheus.QueryAsync("up{", Token));

        Assert.Contains("bad_data", refused.Message);
        Assert.Contains("parse error", refused.Message);
    }

    [Fact]
    public async Task Answer_that_is_no_sample_of_now_is_refused() =>
        Assert.Contains(
            "a matrix, expected a vector or a scalar",
            (await Assert.ThrowsAsync<PrometheusException>(() => stack.Prometheus.QueryAsync("up[1m]", Token))).Message
        );
}
