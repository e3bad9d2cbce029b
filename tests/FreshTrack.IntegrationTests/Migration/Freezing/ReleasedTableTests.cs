using FreshTrack.Clients.SupabaseAuth;
using FreshTrack.IntegrationTests.SupabaseAuth;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.IntegrationTests.Migration.Freezing;

/// <summary>One table that takes writes while the others stay frozen: a return creates its users so.</summary>
public sealed class ReleasedTableTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Supabase_Auth_writes_its_users_while_every_other_table_is_frozen()
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);
        await using var auth = await SupabaseProject.StartAsync(source.AdministratorAddress);
        await source.Freeze.ApplyAsync(Token);
        var frozen = await source.Freeze.StateAsync(Token);
        var before = await auth.Client.AttemptWriteAsync(Token);

        await source.Freeze.ReleaseTableAsync(ResolvedPlan.AuthUsers, Token);
        await auth.CreateAsync("ann@example.org", "correct horse");
        var open = await source.Freeze.FindOpenAsync(frozen, Token);
        var error = await Assert.ThrowsAsync<PostgresException>(() =>
            source.AsAdministratorAsync("delete from units", Token)
        );

        Assert.Equal(ServiceWriteOutcome.Refused, before.Outcome);
        Assert.Contains("auth.users has no trigger that refuses writes", open);
        Assert.DoesNotContain(open, line => line.StartsWith("units"));
        Assert.Equal("public.units is frozen: FreshTrack is moving", error.MessageText);
    }

    [Fact]
    public async Task A_table_that_is_frozen_again_is_proved_like_the_others()
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);
        await using var auth = await SupabaseProject.StartAsync(source.AdministratorAddress);
        await source.Freeze.ApplyAsync(Token);
        var states = await Move.RowsAsync(source.Mover, Triggers, Token);

        await source.Freeze.ReleaseTableAsync(ResolvedPlan.AuthUsers, Token);
        await source.Freeze.ReleaseTableAsync(new TableName("public", "units"), Token);
        await source.Freeze.FreezeTableAsync(ResolvedPlan.AuthUsers, Token);
        await source.Freeze.FreezeTableAsync(new TableName("public", "units"), Token);
        var proof = await source.Freeze.ProveAsync(auth.Client, Token);

        Assert.True(proof.Holds, string.Join("; ", proof.Open));
        Assert.Equal(ServiceWriteOutcome.Refused, proof.Service!.Outcome);
        Assert.Equal(states, await Move.RowsAsync(source.Mover, Triggers, Token));
        Assert.Empty(await source.Freeze.LiftAsync(Token));
    }

    private static string Triggers =>
        """
            select tgrelid::regclass || ' ' || tgenabled::text || ' ' || tgfoid::regproc from pg_trigger
            where tgname like 'freshtrack%' order by 1
            """;
}
