using FreshTrack.Migration;
using Npgsql;

namespace FreshTrack.IntegrationTests.Migration;

public sealed class RoleTests(Servers servers)
{
    private const string Table = "create table a (id int primary key, note text); create table b (id int primary key);";
    private const string Plan = "version: 1\ntables: [{ source: a }, { source: b }]\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Time_limits_of_the_roles_do_not_end_a_move()
    {
        // Longer than reading the catalog takes, and shorter than the rows take to be read.
        const string Limits =
            "statement_timeout = '3s'; "
            + "alter role {0} set idle_in_transaction_session_timeout = '2s'; alter role {0} set lock_timeout = 1";
        await using var move = await FilledAsync();
        var plan = await move.PreflightAsync(
            "version: 1\ntables: [{ source: a, where: 'pg_sleep(case id when 1 then 3.5 else 0 end) is not "
                + "null' }, { source: b }]\n",
            Token
        );
        await using var source = await AsRoleAsync(move.SourceAdministrator, move.SourceAddress, Limits, "all");
        await using var target = await AsRoleAsync(move.Target, move.TargetAddress, Limits, "all");

        var result = await MoveSlice.RunAsync(
            On.Servers(source, target, move.Store, null),
            TimeProvider.System,
            plan,
            move.Options,
            null,
            Token
        );

        Assert.Equal(600, result.Import.Rows);
    }

    [Fact]
    public async Task A_source_table_that_the_role_may_not_read_is_named()
    {
        await using var move = await FilledAsync();
        var plan = await move.PreflightAsync(Plan, Token);
        await using var source = await AsRoleAsync(
            move.SourceAdministrator,
            move.SourceAddress,
            "search_path = ''",
            "select"
        );
        await Move.ExecuteAsync(
            move.SourceAdministrator,
            "set transaction read write; revoke select on b from public",
            Token
        );

        var error = await Assert.ThrowsAsync<MigrationException>(() =>
            MoveSlice.RunAsync(
                On.Servers(source, move.Target, move.Store, null),
                TimeProvider.System,
                plan,
                move.Options,
                null,
                Token
            )
        );

        Assert.Contains("permission denied for table b", error.Message);
    }

    [Fact]
    public async Task A_target_table_that_the_role_may_not_fill_is_named_and_nothing_arrives()
    {
        await using var move = await FilledAsync();
        var plan = await move.PreflightAsync(Plan, Token);
        await using var target = await AsRoleAsync(move.Target, move.TargetAddress, "search_path = ''", "select");

        var error = await Assert.ThrowsAsync<MigrationException>(() =>
            MoveSlice.RunAsync(
                On.Servers(move.Source, target, move.Store, null),
                TimeProvider.System,
                plan,
                move.Options,
                null,
                Token
            )
        );

        Assert.Matches("(permission denied for|must be owner of) (table|relation|index) (a|b)", error.Message);
        Assert.Equal(
            ["0"],
            await Move.RowsAsync(
                move.Target,
                "select ((select count(*) from a) + (select count(*) from b))::text",
                Token
            )
        );
        await move.RunAsync(plan, null, Token);
        await Whole.AssertAsync(move, plan, Token);
    }

    [Fact]
    public async Task Keys_that_the_role_may_not_put_back_are_named_and_a_resumed_run_puts_them_back()
    {
        await using var move = await FilledAsync();
        var plan = await move.PreflightAsync(Plan, Token);
        await using var target = await AsRoleAsync(
            move.Target,
            move.TargetAddress,
            "search_path = ''",
            "all",
            schema: "usage"
        );

        var error = await Assert.ThrowsAsync<MigrationException>(() =>
            MoveSlice.RunAsync(
                On.Servers(move.Source, target, move.Store, null),
                TimeProvider.System,
                plan,
                move.Options,
                null,
                Token
            )
        );

        Assert.Matches(
            "'[ab]_pkey' of public\\.[ab] could not be put back on the target: permission denied for schema public",
            error.Message
        );
        await move.RunAsync(plan, null, Token);
        await Whole.AssertAsync(move, plan, Token);
    }

    private Task<Move> FilledAsync() =>
        Move.CreateAsync(
            servers,
            Table
                + "insert into a select i, 'n' || i from generate_series(1, 500) i; insert into b select i "
                + "from generate_series(1, 100) i",
            Table,
            Token
        );

    /// <summary>A role of the test's own, with the settings that a cautious operator gives it; all sessions of the
    /// source stay readable to it.</summary>
    private static async Task<NpgsqlDataSource> AsRoleAsync(
        NpgsqlDataSource database,
        string address,
        string setting,
        string rights,
        string schema = "create, usage"
    )
    {
        var role = $"role_{Guid.CreateVersion7():N}";
        var connection = new NpgsqlConnectionStringBuilder(address) { Username = role, Password = "rehearsal-only" };
        var owner = rights == "all" ? $"alter table a owner to {role}; alter table b owner to {role};" : "";
        await Move.ExecuteAsync(
            database,
            $"""
            set transaction read write;
            create role {role} login password 'rehearsal-only';
            grant create on database {connection.Database} to {role};
            grant {schema} on schema public to {role};
            grant {rights} on a, b to public;
            {owner}
            alter role {role} set {string.Format(setting, role)};
            """,
            Token
        );
        return NpgsqlDataSource.Create(connection.ConnectionString);
    }
}
