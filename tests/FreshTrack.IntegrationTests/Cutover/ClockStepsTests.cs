using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Steps;
using FreshTrack.IntegrationTests.Nights;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.IntegrationTests.Cutover;

/// <summary>Clocks that differ by minutes, this machine's or a server's.</summary>
public sealed class ClockStepsTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Machine_whose_clock_is_off_is_told_of_both_databases()
    {
        var (source, target) = await CreateAsync();

        var result = await CompareAsync(source, target, ahead: TimeSpan.FromMinutes(5));

        Assert.Equal(Verdict.Fail, result.Verdict);
        Assert.Matches("the clock of the source is (299|300)[.][0-9] s behind this machine's; ", result.Summary);
        Assert.Matches("the clock of the target is (299|300)[.][0-9] s behind this machine's[.] ", result.Summary);
        Assert.Contains("Set this machine's clock", result.Summary);
    }

    [Theory]
    [InlineData("source", "target")]
    [InlineData("target", "source")]
    public async Task Server_whose_clock_is_off_is_named_alone(string off, string other)
    {
        var (source, target) = await CreateAsync();
        await ShiftAsync(off == "source" ? source : target);

        var result = await CompareAsync(source, target, ahead: TimeSpan.Zero);

        Assert.Equal(Verdict.Fail, result.Verdict);
        Assert.Contains($"the clock of the {off} is", result.Summary);
        Assert.Contains("ahead of this machine's", result.Summary);
        Assert.DoesNotContain($"the clock of the {other}", result.Summary);
    }

    private async Task<(string Source, string Target)> CreateAsync() =>
        ((await servers.CreateSourceAsync(Token)).Administrator, await servers.CreateDatabaseAsync(Token));

    /// <summary>A server's clock cannot be set for one database: this one's name stands before it.</summary>
    private static async Task ShiftAsync(string address)
    {
        await using var database = NpgsqlDataSource.Create(address);
        await database.ExecuteAsync(
            new Sql(
                """
                create schema shifted;
                create function shifted.clock_timestamp() returns timestamptz language sql
                    return pg_catalog.clock_timestamp() + interval '5 minutes';
                """
            ),
            Token
        );
        await database.ExecuteAsync(
            Sql.Expression(
                $"alter database {new NpgsqlConnectionStringBuilder(address).Database} "
                    + "set search_path = shifted, pg_catalog, public"
            ),
            Token
        );
    }

    private static async Task<StepResult> CompareAsync(string source, string target, TimeSpan ahead)
    {
        await using var from = NpgsqlDataSource.Create(source);
        await using var to = NpgsqlDataSource.Create(target);
        var clock = new ShiftedClock { Ahead = ahead };
        using var evidence = EvidenceFolder.CreateTemporary("cutover", clock.GetUtcNow());
        var run = new RunContext(
            new CutoverEnvironment("test", EnvironmentKind.Stage) { Source = from, Target = to },
            PlanFile.Parse("version: 1\ntables:\n  - source: units\n", "plan.yaml"),
            evidence,
            clock
        );
        return await ClockSteps.CompareAsync(run, new Progress<StepProgress>(), Token);
    }
}
