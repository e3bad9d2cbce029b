using System.Net;
using FreshTrack.Api;

namespace FreshTrack.IntegrationTests.Api;

public sealed class HealthTests(ApiStage stage) : IClassFixture<ApiStage>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Healthy_API_says_so_of_each_of_its_parts()
    {
        var (status, body) = await stage.Client.ReadAsync("/health", token: null, Cancel);

        Assert.Equal((HttpStatusCode.OK, "ok", "ok", "not_configured"), (status, body["status"]!.ToString(), body["database"]!["status"]!.ToString(), body["redis"]!["status"]!.ToString()));
    }

    [Fact]
    public async Task Without_its_database_the_API_lives_but_is_not_ready_and_puts_webhooks_off()
    {
        await using var api = FreshTrackApi.Build(stage.Options("Host=127.0.0.1;Port=1;Username=nobody;Password=none") with { Redis = "127.0.0.1:1" });
        await api.StartAsync(Cancel);
        using var client = new HttpClient { BaseAddress = new Uri(api.Urls.First()) };

        var (status, body) = await client.ReadAsync("/health", token: null, Cancel);
        var webhook = await client.SendAsync("whsec-any", "{}", Cancel);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "unavailable", "unavailable"), (status, body["status"]!.ToString(), body["redis"]!["status"]!.ToString()));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.ReadAsync("/health/ready", token: null, Cancel)).Status);
        Assert.Equal("ok", await client.GetStringAsync(new Uri("/health/live", UriKind.Relative), Cancel));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "UNAVAILABLE"), (webhook.Status, webhook.Body["error"]!["code"]!.ToString()));
    }

    [Fact]
    public async Task Metrics_tell_of_requests_and_batches()
    {
        var metrics = await stage.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancel);

        Assert.Contains("freshtrack_reading_batch_size", metrics, StringComparison.Ordinal);
        Assert.Contains("http_request_duration_seconds", metrics, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nowhere", 404, "NOT_FOUND")]
    [InlineData("/api/webhooks/ttn", 405, "METHOD_NOT_ALLOWED")]
    public async Task Unknown_address_is_answered_in_the_contract_s_words(string path, int status, string code)
    {
        var answer = await stage.Client.ReadAsync(path, token: null, Cancel);

        Assert.Equal((status, code), ((int)answer.Status, answer.Body["error"]!["code"]!.ToString()));
    }
}
