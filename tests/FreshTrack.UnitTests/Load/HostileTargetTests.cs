using FreshTrack.Cutover.Evidence;
using FreshTrack.Load;

namespace FreshTrack.UnitTests.Load;

/// <summary>A target, or a machine, at its worst: never a good result.
/// Refusing and stalling targets are in LoadRunnerTests.</summary>
public sealed class HostileTargetTests
{
    private static readonly RequestOutcome Good = new(Succeeded: true, "200", 2);

    [Fact]
    public async Task A_target_that_drips_runs_into_the_timeout()
    {
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            for (context.Response.ContentLength = 1000; !context.RequestAborted.IsCancellationRequested; )
            {
                await context.Response.Body.WriteAsync("{"u8.ToArray(), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, context.RequestAborted);
            }
        });

        var result = await RunAsync(server.Address);

        Assert.Equal(new Dictionary<string, long> { ["timeout"] = 20 }, result.Outcomes);
    }

    [Theory]
    [InlineData("hello\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -7\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n")]
    [InlineData("")]
    public async Task A_target_that_answers_garbage_is_all_failures(string answer)
    {
        await using var server = new GarbageServer(answer);

        var result = await RunAsync(server.Address);

        Assert.Equal((20, 0, 20), (result.Requests, result.Ok, result.Failed));
        Assert.Null(result.OkLatency);
    }

    [Fact]
    public async Task A_target_that_answers_webhooks_and_stores_nothing_is_all_failures()
    {
        await using var server = await LoopbackServer.StartAsync(async context =>
            await context.Response.Body.WriteAsync(
                "{\"reading_id\":null,\"reason\":\"DEVICE_NOT_FOUND\"}"u8.ToArray(),
                context.RequestAborted
            )
        );

        var result = await RunAsync(server.Address, TimeSpan.FromSeconds(30));

        Assert.Equal(new Dictionary<string, long> { ["no-reading"] = 20 }, result.Outcomes);
    }

    [Fact]
    public async Task A_scenario_that_never_returns_is_counted_as_failed_at_the_timeout()
    {
        var stuck = Given.Scenario(
            "stuck",
            async (_, _) =>
            {
                await Task.Delay(TimeSpan.FromMinutes(1), TimeProvider.System, CancellationToken.None);
                return Good;
            }
        );

        var result = (
            await new LoadRunner(new LoadOptions { RequestTimeout = TimeSpan.FromMilliseconds(200) }).RunAsync(
                [Given.Run(stuck, 20, 1)],
                null,
                TestContext.Current.CancellationToken
            )
        ).Scenarios.Single();

        Assert.Equal(new Dictionary<string, long> { ["unfinished"] = 20 }, result.Outcomes);
        Assert.Equal((20, 0), (result.Failed, result.Ok));
    }

    [Fact]
    public async Task A_clock_that_goes_back_makes_the_result_unreliable()
    {
        var result = await RunAsync(new JumpingClock(afterRead: 150, jump: TimeSpan.FromSeconds(-0.5)));

        Assert.Contains("clock went back", result.Unreliable);
    }

    [Fact]
    public async Task A_clock_that_leaps_ahead_makes_the_result_unreliable()
    {
        var result = await RunAsync(new JumpingClock(afterRead: 150, jump: TimeSpan.FromSeconds(10)));

        Assert.NotNull(result.Unreliable);
    }

    private static async Task<ScenarioResult> RunAsync(JumpingClock clock) =>
        (
            await new LoadRunner(new LoadOptions { Time = clock }).RunAsync(
                [
                    Given.Run(
                        Given.Scenario(
                            "slow",
                            async (_, token) =>
                            {
                                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, token);
                                return Good;
                            }
                        ),
                        50,
                        2
                    ),
                ],
                null,
                TestContext.Current.CancellationToken
            )
        ).Scenarios.Single();

    private static async Task<ScenarioResult> RunAsync(Uri address, TimeSpan? timeout = null)
    {
        using var transport = new LoadTransport();
        var get = Given.Scenario(
            "get",
            async (_, token) =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, address);
                return await transport.SendAsync(request, expected: null, json: true, token);
            }
        );
        return (
            await new LoadRunner(
                new LoadOptions { RequestTimeout = timeout ?? TimeSpan.FromMilliseconds(500) }
            ).RunAsync([Given.Run(get, 20, 1)], null, TestContext.Current.CancellationToken)
        ).Scenarios.Single();
    }

    /// <summary>The machine's clock, which jumps once when it was read so often.</summary>
    private sealed class JumpingClock(int afterRead, TimeSpan jump) : TimeProvider
    {
        private int reads;

        public override long TimestampFrequency => System.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow();

        public override long GetTimestamp() =>
            System.GetTimestamp()
            + (Interlocked.Increment(ref reads) > afterRead ? (long)(jump.TotalSeconds * TimestampFrequency) : 0);
    }
}
