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
}
