using System.Collections.Concurrent;
using System.Text.Json;
using FreshTrack.Clients.StackAuth;
using FreshTrack.Load;
using FreshTrack.Load.Scenarios;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace FreshTrack.UnitTests.Load;

public sealed class CutoverMorningScenarioTests
{
    private static readonly DateTimeOffset WindowEnd = new(2026, 1, 15, 2, 30, 0, TimeSpan.Zero);

    [Fact]
    public async Task Every_sensor_brings_its_uplinks_of_the_window_once_oldest_first()
    {
        var received = new ConcurrentQueue<(string DevEui, DateTimeOffset At)>();
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            if (context.Request.Method == HttpMethods.Post)
            {
                using var body = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
                received.Enqueue(
                    (
                        body.RootElement.GetProperty("end_device_ids").GetProperty("dev_eui").GetString()!,
                        DateTimeOffset.Parse(body.RootElement.GetProperty("received_at").GetString()!)
                    )
                );
            }

            await context.Response.WriteAsync("{}", context.RequestAborted);
        });

        await RunAsync(Target(server));

        // 2.5 hours of uplinks at one in five minutes, of three sensors.
        Assert.Equal(90, received.Distinct().Count());
        Assert.Equal(90, received.Count);
        Assert.All(received.GroupBy(uplink => uplink.DevEui), sensor => Assert.Equal(30, sensor.Count()));
        Assert.Equal(received.Select(uplink => uplink.At).Order(), received.Select(uplink => uplink.At));
        Assert.All(received, uplink => Assert.InRange(uplink.At, WindowEnd.AddHours(-2.5), WindowEnd));
    }

    [Fact]
    public async Task Every_user_signs_in_once_and_opens_the_first_screen()
    {
        var asked = new ConcurrentQueue<string>();
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            if (context.Request.Method == HttpMethods.Get)
            {
                asked.Enqueue($"{context.Request.Headers.Authorization} {context.Request.Path}");
            }

            await context.Response.WriteAsync("{}", context.RequestAborted);
        });

        var outcomes = await RunAsync(Target(server));

        Assert.Equal(
            new[] { "token-3", "token-4" }.SelectMany(token =>
                new[] { "alerts", "readings/latest", $"sites/{Given.FirstSite}/areas" }.Select(path =>
                    $"Bearer {token} /api/orgs/{Given.FirstOrganization}/{path}"
                )
            ),
            asked.Order()
        );
        Assert.Equal(
            ["session", "areas", "latest", "alerts"],
            outcomes.First(outcome => outcome.Parts!.Count > 1).Parts!.Select(part => part.Name)
        );
        Assert.All(outcomes, outcome => Assert.True(outcome.Succeeded, outcome.Outcome));
    }

    [Theory]
    [InlineData(0, new[] { 0, 2 })]
    [InlineData(20, new[] { 20, 22 })]
    [InlineData(89, new[] { 89, 91 })]
    [InlineData(95, new[] { 90, 91 })]
    public async Task All_users_come_at_once_when_the_doors_open(long doorsOpen, int[] places)
    {
        await using var server = await LoopbackServer.StartAsync(context =>
            context.Response.WriteAsync("{}", context.RequestAborted)
        );

        var outcomes = await RunAsync(Target(server), doorsOpen);

        Assert.Equal(
            places,
            outcomes.Index().Where(outcome => outcome.Item.Parts!.Count > 1).Select(outcome => outcome.Index)
        );
    }

    [Fact]
    public async Task A_screen_with_one_part_missing_has_failed_and_says_which()
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = context.Request.Path.Value!.EndsWith("/latest") ? 503 : 200;
            return context.Response.WriteAsync("{}", context.RequestAborted);
        });

        var screens = (await RunAsync(Target(server))).Where(outcome => outcome.Parts!.Count > 1).ToList();

        Assert.All(screens, screen => Assert.Equal((false, "503"), (screen.Succeeded, screen.Outcome)));
        Assert.All(
            screens,
            screen => Assert.Equal("latest", Assert.Single(screen.Parts!, part => !part.Succeeded).Name)
        );
    }

    [Fact]
    public async Task A_user_who_gets_no_session_has_failed()
    {
        await using var server = await LoopbackServer.StartAsync(context =>
            context.Response.WriteAsync("{}", context.RequestAborted)
        );
        var target = Target(server);

        var outcomes = await RunAsync(
            target with
            {
                Users = [target.Users[0] with { SignIn = _ => throw new StackAuthException("Stack Auth is down.") }],
            }
        );

        Assert.Equal("no-session", Assert.Single(outcomes, outcome => !outcome.Succeeded).Outcome);
    }

    private static LoadTarget Target(LoopbackServer server) =>
        Given.Target(server.Address, new FakeTimeProvider(WindowEnd));

    private static async Task<IReadOnlyList<RequestOutcome>> RunAsync(LoadTarget target, long doorsOpen = 20)
    {
        using var transport = new LoadTransport();
        return await Given.OutcomesAsync(
            new CutoverMorningScenario(target, transport, seed: 7, doorsOpen),
            (int)CutoverMorningScenario.Arrivals(target)
        );
    }
}
