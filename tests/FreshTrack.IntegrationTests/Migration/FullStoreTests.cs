using FreshTrack.Migration;
using FreshTrack.Migration.Parts;

namespace FreshTrack.IntegrationTests.Migration;

public sealed class FullStoreTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_object_store_is_named_after_some_attempts_and_a_resumed_run_finishes()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var plan = await move.PreflightAsync(AwkwardSchema.Plan, Token);
        await using var full = await FullStore.StartAsync(Token);
        using var store = new ObjectStore(ObjectStoreAddress.Parse(move.StoreAddress) with { Server = full.Address });

        var error = await Assert.ThrowsAsync<MigrationException>(() =>
            MoveSlice.RunAsync(
                On.Servers(move.Source, move.Target, store, move.StackAuth),
                new FastTime(),
                plan,
                move.Options,
                null,
                Token
            )
        );

        Assert.Contains("could not put", error.Message);
        Assert.Contains("its disk is not full", error.Message);
        await move.RunAsync(plan, null, Token);
        await Whole.AssertAsync(move, plan, Token);
    }
}
