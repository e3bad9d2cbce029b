using System.Collections.Concurrent;
using FreshTrack.Load;
using FreshTrack.Load.Scenarios;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace FreshTrack.UnitTests.Load;

public sealed class DashboardScenarioTests
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 15, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_week_is_asked_for_by_the_hour()
    {
        var (target, asked) = await AskedAsync(
            (target, transport) => new Readings7dBucketedScenario(target, transport, seed: 7),
            50
        );

        Assert.Equal(
            target
                .Units.Select(unit =>
                    $"Bearer {unit.BearerToken} "
                    + $"/api/orgs/{unit.Organization}/sites/{unit.Site}/areas/{unit.Area}/units/{unit.Unit}/readings"
                    + "?bucket=1h&start=2026-01-08T00:00:00.000Z&end=2026-01-15T00:00:00.000Z"
                )
                .Order(),
            asked.Distinct().Order()
        );
    }

    [Fact]
    public async Task The_newest_readings_are_asked_of_every_organization_in_turn()
    {
        var (target, asked) = await AskedAsync(
            (target, transport) => new LatestByOrganizationScenario(target, transport),
            4
        );

        var round = target
            .Units.Select(unit => $"Bearer {unit.BearerToken} /api/orgs/{unit.Organization}/readings/latest")
            .ToList();
        Assert.Equal([.. round, .. round], asked);
    }

    [Fact]
    public async Task Alerts_are_asked_of_every_organization_all_of_them_and_the_open_ones()
    {
        var (target, asked) = await AskedAsync((target, transport) => new AlertsListScenario(target, transport), 4);

        var all = target
            .Units.Select(unit => $"Bearer {unit.BearerToken} /api/orgs/{unit.Organization}/alerts")
            .ToList();
        Assert.Equal([.. all, .. all.Select(address => address + "?status=active,escalated")], asked);
    }

    private static async Task<(LoadTarget Target, IReadOnlyList<string> Asked)> AskedAsync(
        Func<LoadTarget, LoadTransport, IScenario> scenario,
        int arrivals
    )
    {
        var asked = new ConcurrentQueue<string>();
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            asked.Enqueue(
                $"{context.Request.Headers.Authorization} {context.Request.Path}{context.Request.QueryString}"
            );
            await context.Response.WriteAsync("[]", context.RequestAborted);
        });
        using var transport = new LoadTransport();
        var target = Given.Target(server.Address, new FakeTimeProvider(Epoch));

        var outcomes = await Given.OutcomesAsync(scenario(target, transport), arrivals);

        Assert.All(outcomes, outcome => Assert.True(outcome.Succeeded, outcome.Outcome));
        return (target, [.. asked]);
    }
}
