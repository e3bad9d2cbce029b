using FreshTrack.Migration.Freezing;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.IntegrationTests.Migration.Freezing;

public sealed class FreezeTests(Servers servers)
{
    private const string Roles = """
        do $$ begin
            perform pg_advisory_xact_lock(1);
            if not exists (select from pg_roles where rolname = 'service_role') then create role service_role bypassrls;
            end if;
        end $$;
        grant usage on schema public to service_role;
        grant select, insert, update on measurements to service_role with grant option;
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_frozen_source_refuses_every_write_and_a_lifted_one_takes_them_again()
    {
        const string Grants =
            "select coalesce(string_agg(a::text, ' ' order by a::text), '') from pg_class c, "
            + "unnest(c.relacl) a where oid = 'measurements'::regclass";
        await using var move = await Move.AwkwardAsync(servers, Token);
        await Move.ExecuteAsync(move.Source, Roles, Token);
        var grants = await Move.RowsAsync(move.Source, Grants, Token);
        var freeze = new Freeze(move.Source, PlanFile.Parse(AwkwardSchema.Plan, "plan.yaml"), TimeProvider.System);

        await freeze.ApplyAsync(Token);
        var again = await freeze.ApplyAsync(Token);
        var proof = await freeze.ProveAsync(users: null, Token);

        Assert.Empty(again.NotPermitted);
        Assert.True(proof.Holds, string.Join("; ", proof.Open));
        Assert.Contains(proof.Attempts, attempt => attempt.Role == "service_role");
        foreach (
            var write in new[]
            {
                "insert into measurements (taken_at) values (now())",
                "truncate measurements_new",
                "update auth.users set email = ''",
                "delete from auth.users",
            }
        )
        {
            var error = await Assert.ThrowsAsync<PostgresException>(() => OverrideAsync(move, write));
            Assert.EndsWith("is frozen: FreshTrack is moving", error.MessageText);
        }

        Assert.Empty(await freeze.LiftAsync(Token));
        Assert.Empty(await freeze.LiftAsync(Token));
        move.Source.Clear();
        await Move.ExecuteAsync(
            move.Source,
            "set role service_role; insert into measurements (taken_at) values (now())",
            Token
        );
        Assert.Equal(grants, await Move.RowsAsync(move.Source, Grants, Token));
        Assert.Equal(
            ["0"],
            await Move.RowsAsync(
                move.Source,
                "select count(*)::text from pg_namespace where nspname = 'freshtrack_freeze'",
                Token
            )
        );
    }

    [Fact]
    public async Task The_proof_names_a_table_that_can_still_be_written()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var freeze = new Freeze(move.Source, PlanFile.Parse(AwkwardSchema.Plan, "plan.yaml"), TimeProvider.System);
        await freeze.ApplyAsync(Token);
        await OverrideAsync(move, "drop trigger freshtrack_freeze on auth.users");

        var proof = await freeze.ProveAsync(users: null, Token);

        Assert.False(proof.Holds);
        Assert.Contains("auth.users", proof.Open[0]);
    }

    [Fact]
    public async Task The_tables_behind_a_moved_view_are_frozen_with_it()
    {
        await using var move = await Move.CreateAsync(
            servers,
            "create table hidden (id int); insert into hidden values (1); create view inner_view as select "
                + "id from hidden; create view shown as select id from inner_view",
            "create table shown (id int)",
            Token
        );
        var plan = await move.PreflightAsync("version: 1\ntables: [{ source: shown }]\nleave: [hidden]\n", Token);

        await Assert.ThrowsAsync<PostgresException>(() => OverrideAsync(move, "insert into hidden values (2)"));
        await move.RunAsync(plan, null, Token);

        await Whole.AssertAsync(move, plan, Token);
    }

    /// <summary>The strongest writer: a superuser that overrides the read-only default and replays
    /// replication.</summary>
    private static async Task OverrideAsync(Move move, string sql)
    {
        await using var connection = await move.SourceAdministrator.OpenConnectionAsync(Token);
        foreach (
            var statement in new[]
            {
                "set session characteristics as transaction read write",
                "set session_replication_role = replica",
                sql,
            }
        )
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync(Token);
        }
    }
}
