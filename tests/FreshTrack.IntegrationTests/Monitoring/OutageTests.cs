using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.Monitoring;

/// <summary>A service goes away, and the alert that says so arrives at the receiver.</summary>
[Collection(MonitoringGroup.Name)]
public sealed class OutageTests(MonitoredServers stack)
{
    private static readonly string[] Outages =
    [
        "ApiDown",
        "IngestionStopped",
        "ObjectStoreDown",
        "PostgresDown",
        "RedisDown",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("PostgresDown", "critical", "postgres")]
    [InlineData("RedisDown", "warning", "redis")]
    [InlineData("ObjectStoreDown", "critical", "minio")]
    [InlineData("ApiDown", "critical", "api-a", "api-b")]
    public async Task Service_that_is_stopped_is_told(string alert, string severity, params string[] services)
    {
        await stack.ReportAsync(Token);
        var before = (await stack.ReceivedAsync(Token)).Count;
        await Task.WhenAll(services.Select(service => stack.StopAsync(service, Token)));
        try
        {
            var told = await UntilToldAsync(alert, "firing", before);

            Assert.Equal(severity, told["labels"]!["severity"]!.GetValue<string>());
            Assert.Equal([alert], await OutagesAsync(before));
        }
        finally
        {
            await Task.WhenAll(services.Select(service => stack.StartAsync(service, CancellationToken.None)));
        }

        await UntilToldAsync(alert, "resolved", before);
    }

    [Fact]
    public async Task Sensors_that_are_not_heard_of_any_more_are_told()
    {
        await stack.ReportAsync(Token);
        var before = (await stack.ReceivedAsync(Token)).Count;
        await stack.ExecuteAsync("update lora_sensors set last_seen_at = last_seen_at - interval '40 minutes'", Token);

        var told = await UntilToldAsync("IngestionStopped", "firing", before);
        await stack.ReportAsync(Token);
        await UntilToldAsync("IngestionStopped", "resolved", before);

        Assert.Equal(["IngestionStopped"], await OutagesAsync(before));
        Assert.Contains("No sensor was heard of for 4", told["annotations"]!["summary"]!.GetValue<string>());
    }

    /// <returns>The alert as it arrived.</returns>
    private async Task<JsonNode> UntilToldAsync(string alert, string status, int before)
    {
        for (var look = 0; look < 240; look++)
        {
            if ((await ToldAsync(before)).FirstOrDefault(told => Is(told, alert, status)) is { } found)
            {
                return found;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250), Token);
        }

        var active = await stack.Prometheus.AlertsAsync(Token);
        var names = string.Join(", ", active.Select(a => $"{a.Name}{(a.IsFiring ? "" : " (pending)")}").Distinct());
        Assert.Fail($"{alert} did not arrive as {status}. Active in Prometheus: {names}.");
        throw new InvalidOperationException();
    }

    /// <summary>Which services were told to be down.</summary>
    private async Task<IEnumerable<string>> OutagesAsync(int before) =>
        (await ToldAsync(before))
            .Where(told => told["status"]!.GetValue<string>() == "firing")
            .Select(told => told["labels"]!["alertname"]!.GetValue<string>())
            .Intersect(Outages);

    private async Task<IEnumerable<JsonNode>> ToldAsync(int before) =>
        (await stack.ReceivedAsync(Token))
            .Skip(before)
            .SelectMany(message => JsonNode.Parse(message)!["alerts"]!.AsArray())
            .Select(alert => alert!);

    private static bool Is(JsonNode told, string alert, string status) =>
        told["labels"]!["alertname"]!.GetValue<string>() == alert && told["status"]!.GetValue<string>() == status;
}
