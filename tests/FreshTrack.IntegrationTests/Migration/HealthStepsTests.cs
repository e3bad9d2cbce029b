using FreshTrack.Cutover.Steps;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Migration;

public sealed class HealthStepsTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Transaction_for_which_a_freeze_would_wait_is_named()
    {
        await using var move = await Move.CreateAsync(servers, "create table t (id int)", "select 1", Token);
        var well = await HealthSteps.FindAsync("source", move.Source, TimeSpan.FromMinutes(5), Token);
        await using var session = await move.Source.OpenConnectionAsync(Token);
        await session.ExecuteAsync(new Sql("set application_name = 'nightly report'; begin; lock table t"), Token);

        var waits = await HealthSteps.FindAsync("source", move.Source, TimeSpan.Zero, Token);

        Assert.Empty(well);
        Assert.Contains(
            waits,
            finding =>
                finding.Verdict == Verdict.Warn && finding.Message.Contains("of nightly report, idle in transaction")
        );
    }
}
