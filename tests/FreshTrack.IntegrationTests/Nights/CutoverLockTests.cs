using FreshTrack.Cutover.Nights;
using FreshTrack.IntegrationTests.Migration;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Nights;

public sealed class CutoverLockTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The freeze of the first procedure ends the session of a second, which has not said its name.</summary>
    [Fact]
    public async Task Whoever_comes_while_sessions_are_ended_is_told_of_the_first()
    {
        await using var move = await Move.CreateAsync(servers, "select 1", "select 1", Token);
        await using var first = await CutoverLock.AcquireAsync(move.Source, move.Target, "cutover", "Ada", Token);
        int pid;
        await using (var pooled = await move.Source.OpenConnectionAsync(Token))
        {
            pid = pooled.ProcessID;
        }

        await move.SourceAdministrator.ExecuteAsync(Sql.Format($"select pg_terminate_backend({pid}, 5000)"), Token);

        var refused = await Assert.ThrowsAsync<RefusedException>(() =>
            CutoverLock.AcquireAsync(move.Source, move.Target, "cutover", "Ben", Token)
        );

        Assert.Contains("'freshtrack-night Ada'", refused.Message);
    }
}
