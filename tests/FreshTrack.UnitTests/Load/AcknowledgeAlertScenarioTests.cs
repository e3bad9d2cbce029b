using System.Collections.Concurrent;
using FreshTrack.Load;
using FreshTrack.Load.Scenarios;
using Microsoft.AspNetCore.Http;

namespace FreshTrack.UnitTests.Load;

public sealed class AcknowledgeAlertScenarioTests
{
    [Fact]
    public async Task Alerts_are_acknowledged_one_after_the_other_and_again_when_they_have_run_out()
    {
        var asked = new ConcurrentQueue<string>();
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            asked.Enqueue($"{context.Request.Method} {context.Request.Headers.Authorization} {context.Request.Path}");
            await context.Response.WriteAsync("{}", context.RequestAborted);
        });
        using var transport = new LoadTransport();
        var target = Given.Target(server.Address, TimeProvider.System);

        var outcomes = await Given.OutcomesAsync(new AcknowledgeAlertScenario(target, transport), 4);

        Assert.All(outcomes, outcome => Assert.Equal((true, "200"), (outcome.Succeeded, outcome.Outcome)));
        var round = target
            .Alerts.Select(alert =>
                $"POST Bearer token-5 /api/orgs/{alert.Organization}/alerts/{alert.Alert}/acknowledge"
            )
            .ToList();
        Assert.Equal([.. round, .. round], asked);
    }

    [Fact]
    public async Task A_conflict_is_right_only_for_an_alert_that_readings_can_end()
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = 409;
            return context.Response.WriteAsync("{}", context.RequestAborted);
        });
        using var transport = new LoadTransport();

        var outcomes = await Given.OutcomesAsync(
            new AcknowledgeAlertScenario(Given.Target(server.Address, TimeProvider.System), transport),
            2
        );

        Assert.Equal(
            [(false, "409"), (true, "409 expected")],
            outcomes.Select(outcome => (outcome.Succeeded, outcome.Outcome))
        );
    }
}
