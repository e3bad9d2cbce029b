using System.Net;
using FreshTrack.Clients.SupabaseAuth;
using FreshTrack.IntegrationTests.SupabaseAuth;
using FreshTrack.Migration.Freezing;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.IntegrationTests.Migration.Freezing;

/// <summary>The proof as the role that production has: Supabase's <c>postgres</c>, which may not become everybody who
/// writes.</summary>
public sealed class FreezeProofTests(Servers servers)
{
    private const string AuthAdmin = "supabase_auth_admin";

    private const string Writable = """
        do $$ begin
            execute format(
                'alter role supabase_auth_admin in database %I set default_transaction_read_only = off',
                current_database());
        end $$;
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_role_that_the_mover_may_become_is_refused_on_every_table()
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);

        var (_, _, report) = await source.FreezeAsync(users: null, Token);

        var proof = report.Proof!;
        Assert.True(proof.Holds, string.Join("; ", proof.Open));
        Assert.Equal(
            ["anon", "authenticated", "postgres", "service_role"],
            proof.Attempts.Select(attempt => attempt.Role).Distinct()
        );
        Assert.Equal(4 * report.Applied.Tables.Count, proof.Attempts.Count);
        Assert.All(proof.Attempts, attempt => Assert.True(attempt.WasRefused));
        // A policy that refuses today may let a row through tomorrow: the freeze itself must have refused.
        Assert.DoesNotContain(proof.Attempts, attempt => attempt.Outcome.Contains("row-level security"));
        Assert.Contains(
            new WriteAttempt("postgres", "auth.users", true, "auth.users is frozen: FreshTrack is moving"),
            proof.Attempts
        );
    }

    [Fact]
    public async Task What_the_mover_is_not_permitted_is_told_with_its_reason_and_is_no_warning()
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);
        await source.AsAdministratorAsync("grant delete on auth.users to service_role", Token);
        await using var superuser = await source.Administrator.OpenConnectionAsync(Token);

        var (applied, _, report) = await source.FreezeAsync(users: null, Token);

        Assert.Equal(Verdict.Pass, applied.Verdict);
        Assert.Contains("; not permitted: ", applied.Summary);
        Assert.Collection(
            report.Applied.NotPermitted.Order(),
            line => Assert.Matches("^alter table .*users. enable always .*: must be owner of table users$", line),
            line => Assert.Matches("^end \\d+ sessions of supabase_admin: .*(superuser|permission denied)", line),
            line => Assert.Equal(Kept("DELETE", "service_role"), line),
            line => Assert.Equal(Kept("DELETE, INSERT, TRUNCATE, UPDATE", "dashboard_user"), line),
            line => Assert.Equal(Kept("DELETE, INSERT, TRUNCATE, UPDATE", "postgres"), line)
        );

        static string Kept(string rights, string role) =>
            $"revoke {rights} on auth.users from {role}: granted by supabase_auth_admin, "
            + "which this role may not become";
    }

    [Fact]
    public async Task A_role_that_the_mover_may_not_become_is_not_tried_and_the_reason_is_told()
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);

        var (_, proved, report) = await source.FreezeAsync(users: null, Token);

        var reasons = report.Proof!.NotTried.ToDictionary(role => role.Role);
        Assert.Equal(
            ["authenticator", "dashboard_user", "supabase_admin", AuthAdmin, "supabase_storage_admin"],
            reasons.Keys.Order()
        );
        Assert.StartsWith("a superuser", reasons["supabase_admin"].Reason);
        Assert.Equal("it has no right to write any of the tables", reasons["authenticator"].Reason);
        Assert.Equal("it has no right to write any of the tables", reasons["supabase_storage_admin"].Reason);
        Assert.EndsWith("it does not log in, and neither does a member of it", reasons["dashboard_user"].Reason);
        Assert.EndsWith("its address is not given", reasons[AuthAdmin].Reason);
        Assert.Equal([AuthAdmin], report.Proof.Unproven.Select(role => role.Role));
        Assert.Equal(Verdict.Warn, proved.Verdict);
        Assert.Contains($"; not proved: {AuthAdmin}: ", proved.Summary);
    }

    [Fact]
    public async Task A_role_of_somebody_elses_that_may_write_is_a_warning()
    {
        var role = $"reports_{Guid.CreateVersion7():N}";
        await using var source = await SupabaseSource.CreateAsync(servers, Token);
        await source.AsAdministratorAsync(
            $"create role {role} login; grant usage on schema auth to {role}; grant insert on auth.users to {role}",
            Token
        );
        await using var auth = await SupabaseProject.StartAsync(source.AdministratorAddress);

        var (_, proved, report) = await source.FreezeAsync(auth.Client, Token);

        Assert.Equal(
            new UntriedRole(
                role,
                "this role may not become it, and it has the right to write auth.users",
                MayWrite: true
            ),
            Assert.Single(report.Proof!.Unproven)
        );
        Assert.Equal(Verdict.Warn, proved.Verdict);
    }

    [Fact]
    public async Task A_write_that_the_service_is_refused_proves_the_freeze_for_its_role()
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);
        await using var auth = await SupabaseProject.StartAsync(source.AdministratorAddress);

        var (_, proved, report) = await source.FreezeAsync(auth.Client, Token);

        Assert.Equal(Verdict.Pass, proved.Verdict);
        Assert.Equal(ServiceWriteOutcome.Refused, report.Proof!.Service!.Outcome);
        var role = report.Proof.NotTried.Single(role => role.Role == AuthAdmin);
        Assert.False(role.MayWrite);
        Assert.Contains("was refused: 500: ", role.Reason);
    }

    [Fact]
    public async Task A_write_that_the_service_accepts_is_a_failure_and_its_user_is_gone_again()
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);
        await using var auth = await SupabaseProject.StartAsync(source.AdministratorAddress);

        var (_, proved, report) = await source.FreezeAsync(
            auth.Client,
            Token,
            between: """
            create or replace function freshtrack_freeze.refuse() returns trigger language plpgsql
            as $$ begin return null; end $$;
            """ + Writable
        );

        Assert.Equal(Verdict.Fail, proved.Verdict);
        Assert.Contains(report.Proof!.Open, line => line.StartsWith("Supabase Auth on auth.users: user "));
        Assert.Null(report.Proof.Service!.LeftUser);
        Assert.Equal(["0"], await Move.RowsAsync(source.Mover, "select count(*)::text from auth.users", Token));
    }

    [Fact]
    public async Task A_user_that_the_other_frozen_tables_keep_from_being_deleted_is_named()
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);
        await using var auth = await SupabaseProject.StartAsync(source.AdministratorAddress);

        var (_, proved, report) = await source.FreezeAsync(
            auth.Client,
            Token,
            between: "drop trigger freshtrack_freeze on auth.users;" + Writable
        );

        var left = Assert.Single(await Move.RowsAsync(source.Mover, "select id::text from auth.users", Token));
        Assert.Equal(Guid.Parse(left), report.Proof!.Service!.LeftUser);
        Assert.Equal(Verdict.Fail, proved.Verdict);
        Assert.Contains($"user {left} was created and not deleted", proved.Summary);
    }

    [Fact]
    public async Task A_table_without_its_trigger_is_a_failure_though_nobody_who_was_tried_may_delete()
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);

        var (_, proved, report) = await source.FreezeAsync(
            users: null,
            Token,
            between: """
            set role supabase_auth_admin; drop trigger freshtrack_freeze on auth.users;
            revoke update, delete, truncate on auth.users from postgres;
            """
        );

        Assert.All(report.Proof!.Attempts, attempt => Assert.True(attempt.WasRefused));
        Assert.Equal(Verdict.Fail, proved.Verdict);
        Assert.Contains("auth.users has no trigger that refuses writes", proved.Summary);
    }

    [Fact]
    public async Task A_subscription_that_writes_past_the_triggers_is_a_failure()
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);

        var (_, proved, _) = await source.FreezeAsync(
            users: null,
            Token,
            between: """
            create subscription inflow connection 'host=127.0.0.1 port=1 dbname=none' publication outflow
                with (connect = false, slot_name = none);
            insert into pg_subscription_rel (srsubid, srrelid, srsubstate)
                select oid, 'units'::regclass, 'r' from pg_subscription where subname = 'inflow';
            update pg_subscription set subenabled = true where subname = 'inflow';
            """
        );
        await source.AsAdministratorAsync(
            "update pg_subscription set subenabled = false where subname = 'inflow'; drop subscription inflow",
            Token
        );

        Assert.Equal(Verdict.Fail, proved.Verdict);
        Assert.Contains("subscription inflow writes units", proved.Summary);
    }

    [Fact]
    public async Task A_role_that_the_mover_manages_and_may_not_become_is_not_tried()
    {
        // From PostgreSQL 16 on: whoever creates a role may not become it.
        var (mover, role) = ($"mover_{Guid.CreateVersion7():N}", $"made_{Guid.CreateVersion7():N}");
        var address = new NpgsqlConnectionStringBuilder(await servers.CreateDatabaseAsync(Token));
        await using var administrator = NpgsqlDataSource.Create(address.ConnectionString);
        await Move.ExecuteAsync(
            administrator,
            $"""
            create role {mover} login createrole password 'rehearsal-only';
            do $$ begin execute format('alter database %I owner to {mover}', current_database()); end $$;
            set role {mover}; create schema of_mover; create table of_mover.units (id int);
            create role {role} login; grant usage on schema of_mover to {role}; grant insert on of_mover.units to {role}
            """,
            Token
        );
        (address.Username, address.Password) = (mover, "rehearsal-only");
        await using var source = NpgsqlDataSource.Create(address.ConnectionString);
        var plan = PlanFile.Parse("version: 1\ntables: [{ source: of_mover.units }]\n", "plan.yaml");
        var freeze = new Freeze(source, plan, TimeProvider.System);
        await freeze.ApplyAsync(Token);

        var proof = await freeze.ProveAsync(users: null, Token);

        Assert.True(proof.Holds, string.Join("; ", proof.Open));
        Assert.Contains(proof.NotTried, untried => untried.Role == role);
        await freeze.LiftAsync(Token);
    }

    [Theory]
    [InlineData(null, "cannot be reached")]
    [InlineData(HttpStatusCode.Unauthorized, "reading users answered 401: ")]
    public async Task A_service_that_says_nothing_about_writes_is_a_warning(HttpStatusCode? answer, string reason)
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);
        using var handler = new Deaf(answer);
        using var http = new HttpClient(handler, disposeHandler: false)
        {
            BaseAddress = new Uri("http://supabase.test/auth/v1/"),
        };

        var (_, proved, report) = await source.FreezeAsync(new SupabaseAuthClient(http, "key"), Token);

        Assert.Equal(Verdict.Warn, proved.Verdict);
        Assert.Contains(reason, Assert.Single(report.Proof!.Unproven).Reason);
    }

    private sealed class Deaf(HttpStatusCode? answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        ) =>
            answer is { } status
                ? Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent("no") })
                : throw new HttpRequestException("Connection refused");
    }
}
