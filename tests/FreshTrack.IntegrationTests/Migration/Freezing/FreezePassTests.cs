using FreshTrack.Migration.Freezing;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.IntegrationTests.Migration.Freezing;

/// <summary>The one session that may write to a frozen source.</summary>
public sealed class FreezePassTests(Servers servers)
{
    private const string Run = "20260101T000000.000Z-rollback";

    private const string Insert =
        "insert into organizations (id, name, slug) values ('00000000-0000-4000-8000-000000000001', 'Ann', 'ann')";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_admitted_session_writes_to_every_table_with_the_sources_triggers_off()
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);
        await source.AsAdministratorAsync(Insert, Token);
        var frozen = await source.Freeze.ApplyAsync(Token);

        await using (var pass = await source.Freeze.AdmitAsync(Run, Token))
        {
            await pass.Session.ExecuteAsync(new Sql("set session_replication_role = replica"), Token);
            await pass.Session.ExecuteAsync(
                new Sql("update organizations set name = 'Ben', updated_at = '2020-01-01'"),
                Token
            );
            foreach (var table in frozen.Tables)
            {
                await pass.Session.ExecuteAsync(Sql.Expression($"delete from {table} where false"), Token);
            }
        }

        Assert.Equal(
            ["Ben 2020"],
            await Move.RowsAsync(
                source.Mover,
                "select name || ' ' || extract(year from updated_at) from organizations",
                Token
            )
        );
    }

    [Fact]
    public async Task Another_session_that_carries_the_same_run_id_is_refused_whatever_its_role()
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);
        await source.Freeze.ApplyAsync(Token);
        await using var pass = await source.Freeze.AdmitAsync(Run, Token);

        foreach (var role in new[] { "postgres", "service_role", "supabase_admin" })
        {
            var error = await Assert.ThrowsAsync<PostgresException>(() =>
                source.AsAdministratorAsync($"{Guess}; set role {role}; delete from auth.users", Token)
            );
            // service_role has no right on auth.users, and is refused before a trigger asks.
            Assert.Contains(
                error.MessageText,
                (string[])["auth.users is frozen: FreshTrack is moving", "permission denied for table users"]
            );
        }
    }

    [Fact]
    public async Task A_session_of_the_same_pool_is_refused_once_the_pass_is_given_back()
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);
        await using var one = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(source.MoverAddress) { MaxPoolSize = 1, NoResetOnClose = true }
        );
        var freeze = new Freeze(one, source.Plan, TimeProvider.System);
        await source.Freeze.ApplyAsync(Token);
        int process;
        await using (var pass = await freeze.AdmitAsync(Run, Token))
        {
            process = pass.Session.ProcessID;
        }

        await using var again = await one.OpenConnectionAsync(Token);

        Assert.Equal(process, again.ProcessID);
        var error = await Assert.ThrowsAsync<PostgresException>(() =>
            again.ExecuteAsync(Sql.Expression($"{Guess}; {Insert}"), Token)
        );
        Assert.Equal("public.organizations is frozen: FreshTrack is moving", error.MessageText);
    }

    [Fact]
    public async Task Whoever_is_admitted_next_ends_the_session_before()
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);
        await source.Freeze.ApplyAsync(Token);
        await using var first = await source.Freeze.AdmitAsync(Run, Token);
        await using var second = await source.Freeze.AdmitAsync(Run, Token);

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => first.Session.ExecuteAsync(new Sql(Insert), Token));
        await second.Session.ExecuteAsync(new Sql(Insert), Token);
    }

    [Fact]
    public async Task Who_writes_cannot_give_himself_the_pass()
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);
        await source.Freeze.ApplyAsync(Token);

        var error = await Assert.ThrowsAsync<PostgresException>(() =>
            source.AsAdministratorAsync("set role service_role; delete from freshtrack_freeze.pass", Token)
        );

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, error.SqlState);
    }

    [Fact]
    public async Task A_lift_leaves_nothing_of_the_pass()
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);
        await source.Freeze.ApplyAsync(Token);
        await using var pass = await source.Freeze.AdmitAsync(Run, Token);
        await pass.Session.ExecuteAsync(new Sql(Insert), Token);

        var left = await source.Freeze.LiftAsync(Token);

        Assert.Empty(left);
        Assert.Equal(
            ["0"],
            await Move.RowsAsync(
                source.Mover,
                """
                select ((select count(*) from pg_namespace where nspname like 'freshtrack%')
                      + (select count(*) from pg_trigger where tgname like 'freshtrack%')
                      + (select count(*) from pg_proc where proname in ('refuse', 'admit')))::text
                """,
                Token
            )
        );
        await source.AsAdministratorAsync("delete from organizations", Token);
    }

    [Fact]
    public async Task A_source_that_is_not_frozen_admits_nobody()
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => source.Freeze.AdmitAsync(Run, Token));

        Assert.Equal("The source is not frozen. Freeze it first (--freeze).", refusal.Message);
    }

    private static string Guess => $"set freshtrack.pass = '{Run}'; set default_transaction_read_only = off";
}
