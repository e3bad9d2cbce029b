using System.Net;
using FreshTrack.Load;
using FreshTrack.Load.Faults;
using Microsoft.AspNetCore.Http;

namespace FreshTrack.UnitTests.Load;

public sealed class FaultProxyTests
{
    [Fact]
    public async Task A_request_passes_through_with_its_headers_and_body()
    {
        var token = TestContext.Current.CancellationToken;
        await using var api = await LoopbackServer.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            context.Response.StatusCode = 422;
            context.Response.Headers["X-Seen"] = context.Request.Headers["X-Webhook-Secret"];
            await context.Response.WriteAsync(
                $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} "
                    + $"{context.Request.ContentType} {await reader.ReadToEndAsync(token)}",
                token
            );
        });
        await using var proxy = await FaultProxy.StartAsync(api.Address, ProxyFault.Slow(TimeSpan.Zero), token);
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(proxy.Address, "/a%20b?c=d%26e"));
        request.Headers.Add("X-Webhook-Secret", "s");
        request.Content = new StringContent("body", System.Text.Encoding.UTF8, "text/plain");

        using var response = await client.SendAsync(request, token);

        Assert.Equal((HttpStatusCode)422, response.StatusCode);
        Assert.Equal("s", response.Headers.GetValues("X-Seen").Single());
        Assert.Equal(
            "POST /a%20b?c=d%26e text/plain; charset=utf-8 body",
            await response.Content.ReadAsStringAsync(token)
        );
    }

    [Fact]
    public async Task Every_third_request_fails()
    {
        var token = TestContext.Current.CancellationToken;
        await using var api = await LoopbackServer.StartAsync(_ => Task.CompletedTask);
        await using var proxy = await FaultProxy.StartAsync(api.Address, ProxyFault.Errors(3), token);
        using var client = new HttpClient();
        var statuses = new List<int>();
        for (var i = 0; i < 6; i++)
        {
            using var response = await client.GetAsync(proxy.Address, token);
            statuses.Add((int)response.StatusCode);
        }

        Assert.Equal([200, 200, 500, 200, 200, 500], statuses);
    }

    [Fact]
    public async Task A_slow_proxy_delays_every_answer()
    {
        await using var api = await LoopbackServer.StartAsync(context =>
            context.Response.WriteAsync("{}", context.RequestAborted)
        );
        await using var proxy = await FaultProxy.StartAsync(
            api.Address,
            ProxyFault.Slow(TimeSpan.FromMilliseconds(200)),
            TestContext.Current.CancellationToken
        );
        using var transport = new LoadTransport();
        var target = Given.Target(proxy.Address, TimeProvider.System);

        var result = await new LoadRunner(new LoadOptions()).RunAsync(
            [Given.Run(new FreshTrack.Load.Scenarios.Readings24hScenario(target, transport, seed: 1), 20, 1)],
            null,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(20, result.Scenarios[0].Ok);
        Assert.True(result.Scenarios[0].Latency.P50 >= 199, $"p50 is {result.Scenarios[0].Latency.P50} ms");
    }
}
