using FreshTrack.Load;

namespace FreshTrack.IntegrationTests.Api.Chaos;

/// <summary>What breaks under load costs time, never a reading that got its 2xx.</summary>
public sealed class ChaosTests(Servers servers, ITestOutputHelper output)
{
    private const int Senders = 16;

    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task No_acknowledged_reading_is_lost_when_PostgreSQL_is_killed() =>
        KeepsAllAsync(async stage =>
        {
            await stage.KillPostgresAsync(Token);
            await Task.Delay(Steady, TimeProvider.System, Token);
            await stage.StartPostgresAsync(Token);
        });

    [Fact]
    public Task No_acknowledged_reading_is_lost_when_the_API_is_killed() =>
        KeepsAllAsync(async stage =>
        {
            await stage.Api.KillAsync();
            await stage.Api.StartAsync(Token);
        });

    [Fact]
    public Task Readings_are_taken_without_Redis() =>
        KeepsAllAsync(stage => stage.KillRedisAsync(Token), mayPutOff: false);

    /// <summary>Load before, through and after what breaks; afterwards readings flow again by themselves.</summary>
    private async Task KeepsAllAsync(Func<ChaosStage, Task> breakAsync, bool mayPutOff = true)
    {
        await servers.RequireEngineAsync(Token);
        await using var stage = await ChaosStage.StartAsync(Token);
        using var run = new AcknowledgedRun(stage.Target, Senders);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var sending = run.SendAsync(end.Token);

        await UntilMoreAsync(run);
        await breakAsync(stage);
        await UntilMoreAsync(run);
        await Task.Delay(Steady, TimeProvider.System, Token);
        await end.CancelAsync();
        await sending;

        var result = await run.CountAsync(stage.Data, Token);
        output.WriteLine(result.ToString());
        Assert.Equal((0, 0), (result.Lost, result.Duplicated));
        Assert.True(mayPutOff || result.PutOff == 0, $"Expected nothing put off: {result}");
    }

    private static async Task UntilMoreAsync(AcknowledgedRun run)
    {
        const int more = 500;
        for (var before = run.Acknowledged; run.Acknowledged < before + more; )
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        }
    }
}
