using FreshTrack.Migration.Freezing;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.IntegrationTests.Migration.Freezing;

/// <summary>A statement's triggers are those of the table that it names, so that rows of a frozen table could be
/// written through its parents and its children.</summary>
public sealed class FreezeFamilyTests(Servers servers)
{
    private const string Schema = """
        create table years (id int, kind int) partition by list (id);
        create table year_1 partition of years for values in (1) partition by list (kind);
        create table "Year ""1"" cold" partition of year_1 for values in (1);
        create table things (id int);
        create table units (name text) inherits (things);
        create table freezers () inherits (units);
        insert into units values (1, 'a');
        insert into freezers values (2, 'b');
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("years", "insert into year_1 values (1, 1)")]
    [InlineData("years", """insert into "Year ""1"" cold" values (1, 1)""")]
    [InlineData("years", """copy "Year ""1"" cold" from program 'echo "1	1"'""")]
    [InlineData("years", "truncate years")]
    [InlineData("years", "insert into year_1 values (1, 1) on conflict do nothing")]
    [InlineData("years", "merge into year_1 y using (values (1)) v(id) on y.id = v.id when matched then delete")]
    [InlineData("year_1", "insert into years values (1, 1)")]
    [InlineData("units", "update things set id = 3")]
    [InlineData("units", "delete from things")]
    [InlineData("units", "insert into freezers values (4, 'd')")]
    public async Task Rows_of_a_frozen_table_cannot_be_written_through_its_relatives(string moved, string write)
    {
        await using var move = await Move.CreateAsync(servers, Schema, "select 1", Token);
        var plan = PlanFile.Parse($"version: 1\ntables: [{{ source: {moved} }}]\n", "plan.yaml");
        var freeze = new Freeze(move.Source, plan, TimeProvider.System);

        await freeze.ApplyAsync(Token);
        var proof = await freeze.ProveAsync(users: null, Token);

        Assert.True(proof.Holds, string.Join("; ", proof.Open));
        var error = await Assert.ThrowsAsync<PostgresException>(() =>
            Move.ExecuteAsync(move.SourceAdministrator, $"set transaction read write; {write}", Token)
        );
        Assert.EndsWith("is frozen: FreshTrack is moving", error.MessageText);
        Assert.Empty(await freeze.LiftAsync(Token));
        move.SourceAdministrator.Clear();
        await Move.ExecuteAsync(move.SourceAdministrator, write, Token);
    }

    [Theory]
    [InlineData("create table year_2 partition of years for values in (2)")]
    [InlineData("create table year_2 (id int, kind int); alter table years attach partition year_2 for values in (2)")]
    public async Task A_partition_that_is_made_or_attached_later_refuses_writes_and_is_named(string change)
    {
        await using var move = await Move.CreateAsync(servers, Schema, "select 1", Token);
        var freeze = new Freeze(
            move.Source,
            PlanFile.Parse("version: 1\ntables: [{ source: years }]\n", "plan.yaml"),
            TimeProvider.System
        );
        await freeze.ApplyAsync(Token);
        var frozen = await freeze.StateAsync(Token);
        await WriteAsync(move, change);

        var error = await Assert.ThrowsAsync<PostgresException>(() =>
            WriteAsync(move, "set session_replication_role = replica; insert into year_2 values (2, 1)")
        );
        var open = await freeze.FindOpenAsync(frozen, Token);

        Assert.Equal("public.year_2 is frozen: FreshTrack is moving", error.MessageText);
        Assert.Equal(
            ["year_2 has no trigger that refuses writes", "year_2 is new since the cutover point"],
            open.Order()
        );
    }

    [Fact]
    public async Task A_row_that_is_written_while_a_lift_waits_for_a_reader_is_not_lost()
    {
        await using var move = await Move.CreateAsync(servers, Schema, "select 1", Token);
        var freeze = new Freeze(
            move.Source,
            PlanFile.Parse("version: 1\ntables: [{ source: years }]\n", "plan.yaml"),
            TimeProvider.System
        )
        {
            LockTimeout = TimeSpan.FromMilliseconds(100),
        };
        await freeze.ApplyAsync(Token);
        await using var reader = await move.SourceAdministrator.OpenConnectionAsync(Token);
        await using var transaction = await reader.BeginTransactionAsync(Token);
        await using var read = new NpgsqlCommand("select count(*) from years", reader, transaction);
        await read.ExecuteScalarAsync(Token);

        var left = await freeze.LiftAsync(Token);
        await WriteAsync(move, "insert into years values (1, 1), (1, 1); update years set kind = 1");

        Assert.NotEmpty(left);
        Assert.Equal(["2"], await Move.RowsAsync(move.Source, "select count(*)::text from years", Token));
    }

    private static Task WriteAsync(Move move, string sql) =>
        Move.ExecuteAsync(move.SourceAdministrator, $"set transaction read write; {sql}", Token);
}
