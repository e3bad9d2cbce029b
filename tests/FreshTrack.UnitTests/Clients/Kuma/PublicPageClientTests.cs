using FreshTrack.Clients.Kuma;
using Microsoft.AspNetCore.Http;

namespace FreshTrack.UnitTests.Clients.Kuma;

public sealed class PublicPageClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_is_read_with_groups_incident_and_maintenance()
    {
        const string Answer = """
            {"config":{"slug":"s","title":"T"},
             "incident":{"id":3,"title":"Down","content":"*we* know","style":"danger","pin":1},
             "publicGroupList":[{"id":1,"name":"G","monitorList":[
               {"id":7,"name":"A","sendUrl":1,"type":"http"},{"id":8,"name":"B","sendUrl":0,"type":"http"}]}],
             "maintenanceList":[{"id":1,"title":"Move"}]}
            """;
        await using var server = await Load.LoopbackServer.StartAsync(context =>
            context.Response.WriteAsync(Answer, Token)
        );
        using var http = new HttpClient { BaseAddress = server.Address };

        var page = await new PublicPageClient(http).ReadAsync("s", Token);

        Assert.Equal("T", page.Title);
        Assert.Equal(new PublicIncident(3, "Down", "*we* know", "danger"), page.Incident);
        Assert.Equal(
            [new PublicMonitor(7, "A", ShowsUrl: true), new PublicMonitor(8, "B", ShowsUrl: false)],
            Assert.Single(page.Groups).Monitors
        );
        Assert.Equal(["Move"], page.Maintenances);
    }

    [Fact]
    public async Task Only_what_is_read_fresh_passes_the_servers_cache()
    {
        var fresh = new List<bool>();
        await using var server = await Load.LoopbackServer.StartAsync(context =>
        {
            fresh.Add(context.Request.Headers.ContainsKey("x-apicache-bypass"));
            return context.Response.WriteAsync("""{"config":{},"publicGroupList":[],"maintenanceList":[]}""", Token);
        });
        using var http = new HttpClient { BaseAddress = server.Address };
        var visitor = new PublicPageClient(http);

        await visitor.ReadAsync("s", Token);
        await visitor.ReadFreshAsync("s", Token);

        Assert.Equal([false, true], fresh);
    }

    [Fact]
    public async Task A_monitors_status_is_its_last_heartbeat()
    {
        const string Answer = """{"heartbeatList":{"7":[{"status":0},{"status":1}],"8":[{"status":3}],"9":[]}}""";
        await using var server = await Load.LoopbackServer.StartAsync(context =>
            context.Response.WriteAsync(Answer, Token)
        );
        using var http = new HttpClient { BaseAddress = server.Address };

        Assert.Equal(
            new Dictionary<int, MonitorStatus> { [7] = MonitorStatus.Up, [8] = MonitorStatus.Maintenance },
            await new PublicPageClient(http).StatusesAsync("s", Token)
        );
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"config":{},"publicGroupList":{},"maintenanceList":[]}""")]
    [InlineData("""{"config":{},"publicGroupList":[{"name":"no id"}],"maintenanceList":[]}""")]
    public async Task An_answer_of_something_else_is_refused(string answer)
    {
        await using var server = await Load.LoopbackServer.StartAsync(context =>
            context.Response.WriteAsync(answer, Token)
        );
        using var http = new HttpClient { BaseAddress = server.Address };

        var refused = await Assert.ThrowsAsync<KumaException>(() => new PublicPageClient(http).ReadAsync("s", Token));

        Assert.EndsWith("cannot be read: the answer is none of Uptime Kuma's.", refused.Message);
    }

    [Fact]
    public async Task A_page_that_the_server_does_not_have_is_asked_for_no_longer_than_the_timeout()
    {
        await using var server = await Load.LoopbackServer.StartAsync(context =>
            Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted)
        );
        using var http = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(0.5) };

        var refused = await Assert.ThrowsAsync<KumaException>(() => new PublicPageClient(http).ReadAsync("s", Token));

        Assert.Contains("no answer within 0.5 s; has it such a page?", refused.Message);
    }
}
