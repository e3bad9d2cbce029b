using System.Text.Json;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Steps;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Migration.Freezing;

/// <summary>The proof before a later phase, by a process that was resumed.</summary>
public sealed class RepeatedProofTests(Servers servers)
{
    private static readonly Progress<StepProgress> Ignored = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_source_that_stayed_frozen_holds()
    {
        var result = await HoldsAsync("select 1");

        Assert.Equal(Verdict.Pass, result.Verdict);
    }

    [Theory]
    [InlineData("drop trigger freshtrack_freeze on units", "units has no trigger that refuses writes")]
    [InlineData("alter table units disable trigger freshtrack_freeze", "units has no trigger that refuses writes")]
    [InlineData(
        """
            create or replace trigger freshtrack_freeze before insert on units
            for each statement execute function freshtrack_freeze.refuse()
            """,
        "units has no trigger that refuses writes"
    )]
    [InlineData(
        """
            create or replace function freshtrack_freeze.refuse() returns trigger language plpgsql as $$
            begin /* raise exception */ return null; end $$
            """,
        "has no trigger that refuses writes"
    )]
    [InlineData(
        """
            set session_replication_role = replica; insert into auth.users (id) values (gen_random_uuid())
            """,
        "auth.users was written to (0 inserted, 0 updated, 0 deleted"
    )]
    [InlineData("grant insert on units to anon; select pg_stat_reset()", "the server's counters were reset")]
    public async Task What_thawed_or_was_written_is_a_failure_that_names_it(string change, string named)
    {
        var result = await HoldsAsync(change);

        Assert.Equal(Verdict.Fail, result.Verdict);
        Assert.StartsWith("the freeze no longer holds: ", result.Summary);
        Assert.Contains(named, result.Summary);
    }

    /// <summary>Freezes, proves, lets something happen, and asks in another process's context.</summary>
    private async Task<StepResult> HoldsAsync(string change)
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);
        using var evidence = EvidenceFolder.CreateTemporary("freeze", TimeProvider.System.GetUtcNow());
        var first = source.Run(evidence);
        await FreezeSteps.ApplyAsync(first, Ignored, Token);
        var proved = await FreezeSteps.ProveAsync(first, Ignored, Token);
        var journal = JsonSerializer.SerializeToNode(proved.Output, EvidenceJson.Line);
        await source.AsAdministratorAsync(change, Token);

        var resumed = source.Run(evidence);
        await FreezeSteps.RestoreProvedAsync(resumed, journal, Token);
        return await FreezeSteps.HoldsAsync(resumed, Ignored, Token);
    }
}
