using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.FormerWebhook;

/// <summary>In maintenance and under a freeze nothing is taken, and nothing is said to be.</summary>
public sealed class ClosedSystemTests(FormerSystem system) : IClassFixture<FormerSystem>, IAsyncLifetime
{
    private const string Webhook = "/functions/v1/ttn-webhook";

    public async ValueTask InitializeAsync() => await system.ResetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Maintenance_closes_page_and_webhook_until_it_is_off()
    {
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(200, (await system.SendAsync(HttpMethod.Post, "/maintenance/on")).Status);
        }

        Assert.Equal(503, (await system.SendAsync(HttpMethod.Get, "/")).Status);
        Assert.Equal(503, (await SendAsync(FormerSystem.DeviceId)).Status);
        Assert.Equal(503, (await system.SendAsync(HttpMethod.Get, Webhook)).Status);
        Assert.Equal(0, await system.CountAsync("sensor_readings"));

        Assert.Equal(200, (await system.SendAsync(HttpMethod.Post, "/maintenance/off")).Status);
        Assert.Equal(200, (await system.SendAsync(HttpMethod.Get, "/")).Status);
        Assert.Equal(200, (await SendAsync(FormerSystem.DeviceId)).Status);
    }

    [Fact]
    public async Task Maintenance_is_on_or_off()
    {
        Assert.Equal(404, (await system.SendAsync(HttpMethod.Post, "/maintenance/maybe")).Status);
        Assert.Equal(405, (await system.SendAsync(HttpMethod.Get, "/maintenance/on")).Status);
        Assert.Equal(200, (await system.SendAsync(HttpMethod.Get, "/")).Status);
    }

    [Theory]
    [InlineData(FormerSystem.DeviceId, null)]
    [InlineData(null, FormerSystem.SerialNumber)]
    public async Task Frozen_source_refuses_and_no_2xx_is_answered(string? deviceId, string? devEui)
    {
        var freeze = await system.FreezeAsync();
        try
        {
            var answer = await SendAsync(deviceId, devEui);

            Assert.Equal((500, "false"), (answer.Status, answer["processed"]));
            Assert.Equal(0, await system.CountAsync("sensor_readings"));
        }
        finally
        {
            await freeze.LiftAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(200, (await SendAsync(deviceId, devEui)).Status);
        Assert.Equal(1, await system.CountAsync("sensor_readings"));
    }

    private Task<FormerAnswer> SendAsync(string? deviceId, string? devEui = null) =>
        system.PostAsync(FormerSystem.Uplink(new JsonObject { ["temperature"] = 4 }, deviceId, devEui));
}
