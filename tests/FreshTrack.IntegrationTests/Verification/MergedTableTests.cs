using FreshTrack.Plan;
using FreshTrack.Verification;
using Npgsql;

namespace FreshTrack.IntegrationTests.Verification;

/// <summary>A table of the target that several entries of the plan fill is verified as one.</summary>
public sealed class MergedTableTests(Servers servers)
{
    private const string Source = """
        create table birds (id int primary key, name varchar(20), wings numeric(4, 1), gone_at timestamptz);
        insert into birds
        select i, 'bird ' || i, i / 10.0, case when i % 5 = 0 then now() end from generate_series(1, 100) i;
        create table cats (id int primary key, name text, paws smallint);
        insert into cats select i, 'cat ' || i, i % 5 from generate_series(1, 200) i;
        """;

    private const string Target = """
        create table pets (kind text, id bigint, name text not null, wings numeric, paws int, primary key (kind, id));
        insert into pets
        select 'bird', i, 'bird ' || i, (i / 10.0)::numeric(4, 1), null from generate_series(1, 100) i where i % 5 > 0;
        insert into pets select 'cat', i, 'cat ' || i, null, i % 5 from generate_series(1, 200) i where i % 5 > 0;
        """;

    private const string Plan = """
        version: 1
        tables:
          - source: birds
            target: pets
            columns: { kind: "'bird'" }
            leave: [gone_at]
            where: gone_at is null
            count_by: [kind]
          - { source: cats, target: pets, columns: { kind: "'cat'" }, where: paws > 0 }
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_of_all_entries_make_the_table()
    {
        var result = await VerifyAsync("");
        Assert.DoesNotContain(result.Checks, check => check.Verdict != Verdict.Pass);
        Assert.Equal(240, Assert.Single(result.Checks, check => check.Check == CheckNames.Contents).Rows);
        Assert.Equal(240, Assert.Single(result.Checks, check => check.Check == CheckNames.Counts).Rows);
    }

    [Fact]
    public async Task Rows_of_each_entry_are_told_apart()
    {
        var result = await VerifyAsync(
            "delete from pets where (kind, id) = ('bird', 7); "
                + "update pets set paws = 9 where (kind, id) = ('cat', 7); insert into pets values ('dog', 1, 'dog 1')"
        );
        var contents = Assert.Single(result.Checks, check => check.Check == CheckNames.Contents);
        Assert.Equal(["Changed cat 7 paws", "Extra dog 1 ", "Missing bird 7 "], Described(contents.Differences!));
        Assert.Equal([new ColumnDifferences("paws", 1)], contents.Differences!.Columns);
        Assert.Contains("bird", Assert.Single(result.Checks, check => check.Check == CheckNames.Counts).Reason);
    }

    [Fact]
    public async Task A_column_that_an_entry_does_not_fill_must_be_null()
    {
        var result = await VerifyAsync("update pets set wings = 0 where (kind, id) = ('cat', 7)");
        Assert.Equal(
            ["Changed cat 7 wings"],
            Described(Assert.Single(result.Checks, check => check.Check == CheckNames.Contents).Differences!)
        );
    }

    [Fact]
    public async Task A_column_that_an_entry_leaves_to_a_default_is_inconclusive()
    {
        var contents = Assert.Single(
            (await VerifyAsync("alter table pets alter wings set default 2")).Checks,
            check => check.Check == CheckNames.Contents
        );
        Assert.Equal(Verdict.Inconclusive, contents.Verdict);
        Assert.Contains("public.pets.wings: the entry of public.cats", contents.Reason);
    }

    [Fact]
    public async Task An_entry_that_brings_no_rows_is_inconclusive_unless_it_may()
    {
        var counts = Assert.Single(
            (await VerifyAsync("delete from pets where kind = 'cat'", "delete from cats")).Checks,
            check => check.Check == CheckNames.Counts
        );
        Assert.Equal(Verdict.Inconclusive, counts.Verdict);
        Assert.Contains("public.cats", counts.Reason);
    }

    private static IEnumerable<string> Described(Differences differences) =>
        differences
            .Listed.Select(row =>
                $"{row.Kind} {string.Join(' ', row.Key.Select(part => part.Value))} "
                + $"{string.Join(' ', row.Cells.Select(cell => cell.Column))}"
            )
            .Order();

    private async Task<VerificationResult> VerifyAsync(string damage, string before = "")
    {
        await using var source = NpgsqlDataSource.Create(await servers.CreateSourceAsync(Token));
        await using var target = NpgsqlDataSource.Create(await servers.CreateDatabaseAsync(Token));
        await RunAsync(source, Source + before);
        await RunAsync(target, Target + damage);
        return await Verifier.RunAsync(
            new VerificationRequest(PlanFile.Parse(Plan, "plan.yaml"), source, target),
            null,
            Token
        );
    }

    private static async Task RunAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }
}
