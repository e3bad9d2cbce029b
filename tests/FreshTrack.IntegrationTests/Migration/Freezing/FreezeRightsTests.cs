using Npgsql;

namespace FreshTrack.IntegrationTests.Migration.Freezing;

/// <summary>What the freeze does besides its triggers, and takes back, as a role that is not a superuser.</summary>
public sealed class FreezeRightsTests(Servers servers)
{
    private const string State = """
        select coalesce(string_agg(c.relname || ' ' || a::text, ', ' order by c.relname, a::text), '')
        from pg_class c cross join unnest(c.relacl) a
        where c.relnamespace in ('public'::regnamespace, 'auth'::regnamespace)
        union all
        select count(*)::text from pg_trigger where tgname = 'freshtrack_freeze'
        union all
        select count(*)::text from pg_namespace where nspname = 'freshtrack_freeze'
        union all
        select count(*)::text from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase
        where d.datname = current_database()
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lifted_source_is_as_it_was_though_the_mover_does_not_own_every_table()
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);
        var before = await Move.RowsAsync(source.Mover, State, Token);

        await source.Freeze.ApplyAsync(Token);
        var frozen = await Move.RowsAsync(source.Mover, State, Token);
        var left = await source.Freeze.LiftAsync(Token);

        Assert.Equal("1", frozen[2]);
        Assert.Empty(left);
        Assert.Equal(before, await Move.RowsAsync(source.Mover, State, Token));
        source.Administrator.Clear();
        await Move.ExecuteAsync(
            source.Administrator,
            "set role supabase_auth_admin; insert into auth.users (id) values (gen_random_uuid())",
            Token
        );
    }

    [Fact]
    public async Task A_session_that_the_mover_may_not_end_keeps_no_other_alive()
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);
        await using var superuser = await source.Administrator.OpenConnectionAsync(Token);
        var services = new List<NpgsqlConnection>();
        foreach (var role in new[] { "authenticator", "supabase_auth_admin", "supabase_storage_admin" })
        {
            var address = new NpgsqlConnectionStringBuilder(source.AdministratorAddress)
            {
                Username = role,
                Pooling = false,
            };
            services.Add(new NpgsqlConnection(address.ConnectionString));
            await services[^1].OpenAsync(Token);
        }

        await source.Freeze.ApplyAsync(Token);

        await AskAsync(superuser);
        foreach (var service in services)
        {
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => AskAsync(service));
            await service.DisposeAsync();
        }

        static async Task AskAsync(NpgsqlConnection connection)
        {
            await using var command = new NpgsqlCommand("select 1", connection);
            await command.ExecuteScalarAsync(Token);
        }
    }

    [Fact]
    public async Task A_right_that_was_passed_on_is_taken_and_given_back()
    {
        const string Grants =
            "select a::text from pg_class c, unnest(c.relacl) a where c.oid = 'units'::regclass order by 1";
        var (first, second) = ($"first_{Guid.CreateVersion7():N}", $"second_{Guid.CreateVersion7():N}");
        await using var source = await SupabaseSource.CreateAsync(servers, Token);
        await source.AsAdministratorAsync(
            $"create role {first}; create role {second}; grant insert on units to {first} with grant option; "
                + $"set role {first}; grant insert on units to {second}",
            Token
        );

        await source.Freeze.ApplyAsync(Token);
        var frozen = await Move.RowsAsync(source.Mover, Grants, Token);
        await source.Freeze.LiftAsync(Token);
        var lifted = await Move.RowsAsync(source.Mover, Grants, Token);

        Assert.DoesNotContain(frozen, right => right.StartsWith(first) || right.StartsWith(second));
        Assert.Contains(lifted, right => right.StartsWith($"{first}=a*/"));
        Assert.Contains(lifted, right => right.StartsWith($"{second}=a/"));
    }
}
