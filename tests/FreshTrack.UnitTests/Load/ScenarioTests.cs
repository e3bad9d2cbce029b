using System.Collections.Concurrent;
using System.Text.Json;
using FreshTrack.Load;
using FreshTrack.Load.Scenarios;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace FreshTrack.UnitTests.Load;

public sealed class ScenarioTests
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 15, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Uplinks_differ_except_for_the_deliveries_that_are_repeated()
    {
        var seen = new ConcurrentBag<(string DevEui, long Frame, string ReceivedAt)>();
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            if (await UplinkAsync(context) is { } uplink)
            {
                seen.Add(uplink);
            }
        });
        using var transport = new LoadTransport();
        var scenario = new TtnIngestionScenario(
            Given.Target(server.Address, new FakeTimeProvider(Epoch)),
            transport,
            seed: 7
        );

        var outcomes = await Given.OutcomesAsync(scenario, 400);

        Assert.All(outcomes, outcome => Assert.True(outcome.Succeeded, outcome.Outcome));
        Assert.Equal(
            (2, 2),
            (
                outcomes.Count(outcome => outcome.Outcome == "400 expected"),
                outcomes.Count(outcome => outcome.Outcome == "401 expected")
            )
        );
        // 400 arrivals, 4 of them wrong, 4 delivered a second time.
        Assert.Equal((396, 392), (seen.Count, seen.Distinct().Count()));
        Assert.Equal(392, seen.Distinct().Select(uplink => uplink.ReceivedAt).Distinct().Count());
        Assert.All(
            seen,
            uplink => Assert.InRange(DateTimeOffset.Parse(uplink.ReceivedAt), Epoch.AddSeconds(-1), Epoch.AddSeconds(1))
        );
    }

    [Fact]
    public async Task An_api_that_takes_everything_fails_the_deliveries_that_are_wrong()
    {
        await using var server = await LoopbackServer.StartAsync(_ => Task.CompletedTask);
        using var transport = new LoadTransport();
        var scenario = new TtnIngestionScenario(
            Given.Target(server.Address, new FakeTimeProvider(Epoch)),
            transport,
            seed: 7
        );

        var outcomes = await Given.OutcomesAsync(scenario, 200);

        Assert.Equal(2, outcomes.Count(outcome => !outcome.Succeeded));
    }

    [Fact]
    public async Task Readings_are_asked_for_the_last_24_hours_with_the_organizations_token()
    {
        var asked = new ConcurrentBag<string>();
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            asked.Add($"{context.Request.Headers.Authorization} {context.Request.Path}{context.Request.QueryString}");
            await context.Response.WriteAsync("[]", context.RequestAborted);
        });
        using var transport = new LoadTransport();
        var target = Given.Target(server.Address, new FakeTimeProvider(Epoch));

        var outcomes = await Given.OutcomesAsync(new Readings24hScenario(target, transport, seed: 7), 50);

        Assert.All(outcomes, outcome => Assert.True(outcome.Succeeded, outcome.Outcome));
        Assert.Equal(
            target
                .Units.Select(unit =>
                    $"Bearer {unit.BearerToken} "
                    + $"/api/orgs/{unit.Organization}/sites/{unit.Site}/areas/{unit.Area}/units/{unit.Unit}/readings"
                    + "?start=2026-01-14T00:00:00.000Z&end=2026-01-15T00:00:00.000Z"
                )
                .Order(),
            asked.Distinct().Order()
        );
    }

    [Fact]
    public async Task A_page_of_html_is_no_answer()
    {
        await using var server = await LoopbackServer.StartAsync(context =>
            context.Response.WriteAsync("<html>", context.RequestAborted)
        );
        using var transport = new LoadTransport();

        var outcomes = await Given.OutcomesAsync(
            new Readings24hScenario(Given.Target(server.Address, new FakeTimeProvider(Epoch)), transport, seed: 7),
            3
        );

        Assert.All(outcomes, outcome => Assert.Equal((false, "not-json"), (outcome.Succeeded, outcome.Outcome)));
    }

    [Fact]
    public void Secrets_and_tokens_are_not_part_of_any_text()
    {
        var target = Given.Target(new Uri("http://127.0.0.1:1"), TimeProvider.System);

        Assert.DoesNotContain("secret", string.Concat(target.Devices));
        Assert.DoesNotContain(
            "token",
            string.Concat(target.Units) + string.Concat(target.Users) + string.Concat(target.Alerts)
        );
    }

    /// <summary>Answers as the API does; the uplink when it was taken.</summary>
    private static async Task<(string DevEui, long Frame, string ReceivedAt)?> UplinkAsync(HttpContext context)
    {
        if (context.Request.Headers["X-Webhook-Secret"] is not ["first-secret" or "second-secret"])
        {
            context.Response.StatusCode = 401;
            return null;
        }

        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
            var uplink = body.RootElement.GetProperty("uplink_message");
            return (
                body.RootElement.GetProperty("end_device_ids").GetProperty("dev_eui").GetString()!,
                uplink.GetProperty("f_cnt").GetInt64(),
                uplink.GetProperty("received_at").GetString()!
            );
        }
        catch (JsonException)
        {
            context.Response.StatusCode = 400;
            return null;
        }
    }
}
