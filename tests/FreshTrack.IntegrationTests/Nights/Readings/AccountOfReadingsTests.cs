using FreshTrack.IntegrationTests.Uplinks;

namespace FreshTrack.IntegrationTests.Nights.Readings;

/// <summary>Sensors send through a freeze, a cutover that is undone, a second one and a return from it. What any
/// webhook acknowledged is once on the side that serves, whichever it is.</summary>
public sealed class AccountOfReadingsTests(Servers servers, ITestOutputHelper output)
{
    [Fact]
    public async Task Every_acknowledged_reading_is_once_on_the_side_that_serves()
    {
        await using var stage = await NightStage.StartAsync(servers);
        var network = stage.Network;
        network.Start(await stage.SensorsAsync());

        await stage.FailedCutoverAsync(await stage.FinalCheckAsync());
        await stage.RollbackAsync(expectReturn: false);
        await network.RedeliverAsync();
        await DemandAsync("after the undo", TheThingsNetwork.OldSide);

        await stage.CutoverAsync(await stage.FinalCheckAsync());
        await DemandAsync("after the cutover", TheThingsNetwork.NewSide);
        await network.RedeliverAsync();
        await DemandAsync("after its gap", TheThingsNetwork.NewSide);

        await stage.RollbackAsync(expectReturn: true);
        await DemandAsync("after the return", TheThingsNetwork.OldSide);
        await network.StopAsync();
        await network.RedeliverAsync();
        await DemandAsync("at the end", TheThingsNetwork.OldSide);

        Assert.DoesNotContain(network.Storage, uplink => uplink.TakenBy is null);
        Assert.Contains(network.Storage, uplink => uplink.TakenBy == TheThingsNetwork.NewSide);
        Assert.Contains(network.Storage, uplink => uplink.Refusals.Count > 0);

        async Task DemandAsync(string title, string liveSide)
        {
            var account = await stage.AccountAsync(title, liveSide);
            output.WriteLine(account.Table);
            Assert.Empty(network.Odd);
            Assert.Empty(account.Faults);
        }
    }
}
