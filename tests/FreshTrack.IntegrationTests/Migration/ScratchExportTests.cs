using FreshTrack.Migration;
using FreshTrack.Migration.Exporting;
using FreshTrack.Migration.Preflighting;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Migration;

/// <summary>The export that is tried before the night.</summary>
public sealed class ScratchExportTests(Servers servers)
{
    private const string RunId = "20260115T000000.000Z-final-check";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_open_source_is_read_whole_and_nothing_stays_in_the_store()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var plan = await PlanAsync(move);
        await move.Store.EnsureBucketAsync(Token);
        await move.Store.PutAsync("scratch/killed/part", "left"u8.ToArray(), Token);
        await move.Store.PutAsync("runs/other/part", "other"u8.ToArray(), Token);
        var during = new List<string>();

        var rates = await RunAsync(
            move,
            plan,
            new Meanwhile("scratch export", [6], () => during.AddRange(Keys(move).GetAwaiter().GetResult()))
        );

        Assert.Equal(9020, rates.Rows);
        Assert.True(rates is { RawBytes: > 0, Bytes: > 0, Seconds: > 0 });
        Assert.Contains(during, key => key.StartsWith($"scratch/{RunId}/"));
        Assert.DoesNotContain("scratch/killed/part", during);
        Assert.Equal(["runs/other/part"], await Keys(move));
        Assert.Null(await StoredRun.NewestAsync(move.Store, Token));
        await Move.ExecuteAsync(move.Source, "delete from measurements where id = 1", Token);
    }

    [Fact]
    public async Task A_trial_that_is_cut_off_leaves_nothing_and_is_no_export()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var plan = await PlanAsync(move);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            RunAsync(move, plan, new Meanwhile("scratch export", [2], cut.Cancel), cut.Token)
        );

        Assert.Empty(await Keys(move));
        Assert.Null(await Exporter.FindAsync(move.Store, RunId, Token));
    }

    private static async Task<ResolvedPlan> PlanAsync(Move move) =>
        (
            await Preflight.RunAsync(PlanFile.Parse(AwkwardSchema.Plan, "plan.yaml"), move.Source, move.Target, Token)
        ).Plan!;

    private static Task<ExportRates> RunAsync(
        Move move,
        ResolvedPlan plan,
        Meanwhile meanwhile,
        CancellationToken? stop = null
    ) =>
        new ScratchExport(move.Source, move.Store, TimeProvider.System).RunAsync(
            plan,
            new MoveOptions(RunId) { PagesPerChunk = 8, Workers = 2 },
            meanwhile,
            stop ?? Token
        );

    private static async Task<List<string>> Keys(Move move) => await move.Store.ListAsync("", Token).ToListAsync(Token);
}
