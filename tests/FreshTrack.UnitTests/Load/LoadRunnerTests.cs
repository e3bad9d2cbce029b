using System.Net;
using System.Net.Sockets;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Load;
using FreshTrack.Plan;
using Microsoft.AspNetCore.Http;

namespace FreshTrack.UnitTests.Load;

public sealed class LoadRunnerTests
{
    private static readonly RequestOutcome Good = new(Succeeded: true, "200", 2);

    [Fact]
    public async Task A_stall_of_the_server_reaches_the_latency_of_every_arrival_in_it()
    {
        var token = TestContext.Current.CancellationToken;
        var started = 0L;
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            // From 1.5 s to 2.5 s after the first request nothing is answered.
            Interlocked.CompareExchange(ref started, TimeProvider.System.GetTimestamp(), 0);
            var age = TimeProvider.System.GetElapsedTime(Volatile.Read(ref started)).TotalSeconds;
            if (age is > 1.5 and < 2.5)
            {
                await Task.Delay(TimeSpan.FromSeconds(2.5 - age), TimeProvider.System, token);
            }

            await context.Response.WriteAsync("{}", token);
        });
        // Two connections: the requests of the stall queue behind them, as behind a pool that is exhausted.
        using var transport = new LoadTransport(maxConnections: 2);

        var result = await RunAsync(Get(server.Address, transport), rate: 200, seconds: 4);

        Assert.Equal((800, 800, 800, 0), (result.Planned, result.Requests, result.Ok, result.Failed));
        Assert.Equal(1600, result.ResponseBytes);
        // 200 of 800 arrivals fall into the stall; the 8 slowest waited for all but the first twenty-fifth of it.
        Assert.True(result.Latency.P99 >= 900, $"p99 was {result.Latency.P99} ms.");
        Assert.InRange(result.ServiceTime.P50, 0.01, result.Latency.P99 / 2);
        Assert.Equal([200, 200, 200, 200], result.PerSecond.Select(second => second.Requests));
        Assert.Equal(new Dictionary<string, long> { ["200"] = 800 }, result.Outcomes);
    }

    [Fact]
    public async Task A_server_that_refuses_connections_is_all_failures()
    {
        using var transport = new LoadTransport();

        var result = await RunAsync(Get(UnusedAddress(), transport), rate: 100, seconds: 1);

        Assert.Equal((100, 0, 100), (result.Requests, result.Ok, result.Failed));
        Assert.Equal(new Dictionary<string, long> { ["connection-refused"] = 100 }, result.Outcomes);
        Assert.Null(result.OkLatency);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_all_timeouts()
    {
        await using var server = await LoopbackServer.StartAsync(context =>
            Task.Delay(TimeSpan.FromMinutes(1), TimeProvider.System, context.RequestAborted)
        );
        using var transport = new LoadTransport();

        var result = await RunAsync(
            Get(server.Address, transport),
            rate: 50,
            seconds: 1,
            new LoadOptions { RequestTimeout = TimeSpan.FromMilliseconds(300) }
        );

        Assert.Equal(new Dictionary<string, long> { ["timeout"] = 50 }, result.Outcomes);
        Assert.True(result.Latency.P50 >= 300, $"p50 is {result.Latency.P50} ms");
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_a_failure()
    {
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("{", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
        });
        using var transport = new LoadTransport();

        var result = await RunAsync(Get(server.Address, transport), rate: 20, seconds: 1);

        Assert.Equal((20, 20), (result.Requests, result.Failed));
    }

    [Fact]
    public async Task An_arrival_beyond_the_open_requests_is_counted_as_failed_at_the_timeout()
    {
        var hanging = Given.Scenario(
            "hanging",
            async (_, cancellationToken) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                return Good;
            }
        );

        var result = await RunAsync(
            hanging,
            rate: 100,
            seconds: 1,
            new LoadOptions { MaxInFlight = 10, RequestTimeout = TimeSpan.FromSeconds(2) }
        );

        Assert.Equal((100, 100, 90), (result.Requests, result.Failed, result.NotSent));
        Assert.Equal(new Dictionary<string, long> { ["not-sent"] = 90, ["timeout"] = 10 }, result.Outcomes);
        Assert.True(result.Latency.P50 >= 1999, $"p50 is {result.Latency.P50} ms");
        Assert.DoesNotContain("planned arrivals", result.Unreliable ?? "");
    }

    [Fact]
    public async Task The_warm_up_is_sent_and_left_out_of_the_figures()
    {
        long sent = 0;
        var scenario = Given.Scenario(
            "counted",
            (arrival, _) =>
            {
                Interlocked.Increment(ref sent);
                return new(arrival < 50 ? new RequestOutcome(Succeeded: false, "503", 0) : Good);
            }
        );

        var result = await RunAsync(scenario, rate: 100, seconds: 1, warmUp: 0.5);

        Assert.Equal((150, 100, 100), (sent, result.Requests, result.Ok));
    }

    [Fact]
    public async Task Slow_answers_do_not_delay_arrivals()
    {
        // Nothing is answered before the last request has arrived.
        var lastArrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var slow = Given.Scenario(
            "slow",
            async (arrival, cancellationToken) =>
            {
                if (arrival == 199)
                {
                    lastArrived.SetResult();
                }

                await lastArrived.Task.WaitAsync(cancellationToken);
                return Good;
            }
        );

        var result = await RunAsync(slow, rate: 200, seconds: 1);

        Assert.Equal((200, 200), (result.Requests, result.Ok));
    }

    [Fact]
    public async Task A_scenario_that_holds_up_the_scheduler_makes_the_result_unreliable()
    {
        using var never = new ManualResetEventSlim();
        var blocking = Given.Scenario(
            "blocking",
            (arrival, cancellationToken) =>
            {
                never.Wait(arrival == 50 ? 600 : 0, cancellationToken);
                return new(Good);
            }
        );

        var result = await RunAsync(blocking, rate: 100, seconds: 1);

        Assert.Equal(100, result.Requests);
        Assert.NotNull(result.Unreliable);
        Assert.True(result.SchedulingLagP99 > 300, $"lag is {result.SchedulingLagP99} ms");
    }

    [Fact]
    public async Task A_scenario_that_throws_ends_the_run_with_its_error()
    {
        var broken = Given.Scenario("broken", (_, _) => throw new FormatException("no body"));

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            RunAsync(broken, rate: 100, seconds: 30)
        );

        Assert.Contains("no body", exception.Message);
    }

    [Fact]
    public async Task A_cancelled_run_ends_at_once()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        cancel.CancelAfter(200);
        var scenario = Given.Scenario(
            "hanging",
            async (_, cancellationToken) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                return Good;
            }
        );
        var started = TimeProvider.System.GetTimestamp();

        await Assert.ThrowsAsync<OperationCanceledException>(() =>
            new LoadRunner(new LoadOptions()).RunAsync([Given.Run(scenario, 50, 60)], null, cancel.Token)
        );

        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 0.1, 30);
    }

    [Fact]
    public async Task Scenarios_run_at_once_and_report_progress()
    {
        // The last answer waits for a report, which a loaded machine makes later than after a second.
        var progress = new FirstReport();
        var one = Given.Run(
            Given.Scenario(
                "one",
                async (arrival, cancellationToken) =>
                {
                    await (arrival == 149 ? progress.Task.WaitAsync(cancellationToken) : Task.CompletedTask);
                    return Good;
                }
            ),
            100,
            1.5
        );
        var two = Given.Run(Given.Scenario("two", (_, _) => new(Good)), 50, 1.5);

        var result = await new LoadRunner(new LoadOptions()).RunAsync(
            [one, two],
            progress,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(
            [("one", 150L), ("two", 75L)],
            result.Scenarios.Select(scenario => (scenario.Scenario, scenario.Ok))
        );
        Assert.InRange((await progress.Task).Scenarios[0].Due, 1, 150);
    }

    [Fact]
    public async Task No_scenario_and_one_name_twice_are_refused()
    {
        var scenario = Given.Scenario("twin", (_, _) => new(Good));
        var runner = new LoadRunner(new LoadOptions());

        await Assert.ThrowsAsync<RefusedException>(() =>
            runner.RunAsync([], null, TestContext.Current.CancellationToken)
        );
        await Assert.ThrowsAsync<RefusedException>(() =>
            runner.RunAsync(
                [Given.Run(scenario, 1, 1), Given.Run(scenario, 1, 1)],
                null,
                TestContext.Current.CancellationToken
            )
        );
    }

    private static async Task<ScenarioResult> RunAsync(
        IScenario scenario,
        double rate,
        double seconds,
        LoadOptions? options = null,
        double warmUp = 0
    ) =>
        (
            await new LoadRunner(options ?? new LoadOptions()).RunAsync(
                [Given.Run(scenario, rate, seconds, warmUp)],
                null,
                TestContext.Current.CancellationToken
            )
        ).Scenarios.Single();

    private static IScenario Get(Uri address, LoadTransport transport) =>
        Given.Scenario(
            "get",
            async (_, cancellationToken) =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, address);
                return await transport.SendAsync(request, expected: null, json: true, cancellationToken);
            }
        );

    private static Uri UnusedAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://{listener.LocalEndpoint}");
    }

    /// <summary>The first report of a run that has begun to send.</summary>
    private sealed class FirstReport : IProgress<LoadProgress>
    {
        private readonly TaskCompletionSource<LoadProgress> first = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );

        public Task<LoadProgress> Task => first.Task;

        public void Report(LoadProgress value)
        {
            if (value.Scenarios[0].Due > 0)
            {
                first.TrySetResult(value);
            }
        }
    }
}
