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
        // Nothing is known before the first scrape.
        var up = await UntilAsync(async () =>
            await stack.Prometheus.QueryAsync("up{job=\"prometheus\"}", Token) is { Count: > 0 } known ? known : null
        );
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
        var before = await UntilAsync(() => NewestAsync(after: null));

        await UntilAsync(() => NewestAsync(before));
    }

    [Fact]
    public async Task Target_that_is_down_says_why()
    {
        var loki = await UntilAsync(async () =>
            (await stack.Prometheus.TargetsAsync(Token)).SingleOrDefault(target =>
                target is { Job: "loki", LastScrape: not null }
            )
        );

        Assert.False(loki.IsUp);
        Assert.Contains("loki", loki.LastError);
    }

    [Fact]
    public async Task Active_alerts_are_listed_with_their_labels()
    {
        var down = await UntilAsync(async () =>
            (await stack.Prometheus.AlertsAsync(Token)).FirstOrDefault(alert =>
                alert is { Name: "TargetDown", IsFiring: true } && alert.Labels["job"] == "loki"
            )
        );

        Assert.Equal("warning", down.Labels["severity"]);
        Assert.Contains("loki:3100", down.Annotations["summary"]);
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

    /// <summary>The newest sample's time once it is later than another; null until then.</summary>
    private async Task<object?> NewestAsync(object? after) =>
        await stack.Prometheus.NewestAsync("up{job=\"prometheus\"}", Token) is { } newest
        && (after is null || newest > (DateTimeOffset)after)
            ? newest
            : null;

    private static async Task<T> UntilAsync<T>(Func<Task<T?>> ask)
        where T : class
    {
        for (var look = 0; look < 200; look++)
        {
            if (await ask() is { } answer)
            {
                return answer;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), Token);
        }

        Assert.Fail("It did not come within 40 s.");
        throw new InvalidOperationException();
    }
}
