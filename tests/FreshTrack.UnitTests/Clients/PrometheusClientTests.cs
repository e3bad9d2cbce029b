using System.Net;
using FreshTrack.Clients.Prometheus;

namespace FreshTrack.UnitTests.Clients;

/// <summary>Answers that a real Prometheus does not give when asked to.</summary>
public sealed class PrometheusClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(401, "Unauthorized", "401: Unauthorized")]
    [InlineData(502, "<html>bad gateway</html>", "502: <html>bad gateway</html>")]
    [InlineData(200, "<html>welcome</html>", "200: <html>welcome</html>")]
    [InlineData(200, """{"status":"success"}""", """200: {"status":"success"}""")]
    [InlineData(200, """{"status":"success","data":{"resultType":"vector"}}""", "do its credentials let one in?")]
    [InlineData(
        200,
        """{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1]}]}}""",
        "A sample has 1 parts"
    )]
    [InlineData(
        200,
        """{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"much"]}]}}""",
        "much"
    )]
    [InlineData(503, """{"status":"error","errorType":"timeout","error":"query timed out"}""", "503: timeout: query")]
    public async Task Answer_that_is_none_is_shown(int status, string body, string expected)
    {
        using var http = Answering(status, body);
        var refused = await Assert.ThrowsAsync<PrometheusException>(() =>
            new PrometheusClient(http).QueryAsync("up", Token)
        );

        Assert.Contains(expected, refused.Message);
        Assert.StartsWith("Prometheus at http://prometheus.test/", refused.Message);
    }

    [Theory]
    [InlineData("+Inf", double.PositiveInfinity)]
    [InlineData("-Inf", double.NegativeInfinity)]
    [InlineData("NaN", double.NaN)]
    [InlineData("1.5e-3", 0.0015)]
    public async Task Value_is_read_as_Prometheus_writes_it(string text, double value)
    {
        using var http = Answering(
            200,
            $$$"""{"status":"success","data":{"resultType":"scalar","result":[1764170000.5,"{{{text}}}"]}}"""
        );

        var sample = Assert.Single(await new PrometheusClient(http).QueryAsync("x", Token));

        Assert.Equal((value, DateTimeOffset.FromUnixTimeMilliseconds(1764170000500)), (sample.Value, sample.At));
    }

    [Fact]
    public async Task Target_that_was_never_scraped_has_no_time()
    {
        using var http = Answering(
            200,
            """
            {"status":"success","data":{"activeTargets":[{"labels":{"job":"api","instance":"api-a:8080"},
              "health":"unknown","lastError":"","lastScrape":"0001-01-01T00:00:00Z"}]}}
            """
        );

        Assert.Equal(
            new ScrapeTarget("api", "api-a:8080", "unknown", "", LastScrape: null),
            Assert.Single(await new PrometheusClient(http).TargetsAsync(Token))
        );
    }

    [Fact]
    public async Task Server_that_cannot_be_reached_is_named()
    {
        using var http = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:1/") };

        var refused = await Assert.ThrowsAsync<PrometheusException>(() =>
            new PrometheusClient(http).AlertsAsync(Token)
        );

        Assert.StartsWith("Prometheus at http://127.0.0.1:1/ cannot be reached", refused.Message);
    }

    private static HttpClient Answering(int status, string body) =>
        new(new OneAnswer(status, body)) { BaseAddress = new Uri("http://prometheus.test/") };

    private sealed class OneAnswer(int status, string body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        ) => Task.FromResult(new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body) });
    }
}
