using FreshTrack.Migration.Exporting;
using FreshTrack.Migration.Importing;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Migration;

public sealed class ResumeTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Resumed_import_writes_no_row_twice()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var plan = await move.PreflightAsync(AwkwardSchema.Plan, Token);
        using var cut = new CancellationTokenSource();
        var cutter = new Cutter("import", after: 4, cut);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => move.RunAsync(plan, cutter, cut.Token));
        var imported = int.Parse(
            (await Move.RowsAsync(move.Target, "select count(*)::text from migration.ledger", Token))[0]
        );
        var resumed = await move.RunAsync(plan, null, Token);

        Assert.InRange(imported, 3, resumed.Manifest.Parts.Count - 1);
        Assert.Equal(imported, resumed.Import.Skipped);
        Assert.Equal(
            ["20", "3000", "6000"],
            await Move.RowsAsync(
                move.Target,
                "select (select count(*) from people)::text union all select (select count(*) from things)::text "
                    + "union all select (select count(distinct id) from measurements)::text",
                Token
            )
        );
        Assert.Equal(["0"], await Move.RowsAsync(move.Target, "select count(*)::text from migration.deferred", Token));
        Assert.Equal(
            ["3"],
            await Move.RowsAsync(
                move.Target,
                "select count(*)::text from pg_constraint where contype = 'p' "
                    + "and conrelid in ('people'::regclass, 'things'::regclass, 'measurements'::regclass)",
                Token
            )
        );
    }

    [Fact]
    public async Task A_finished_run_that_is_repeated_imports_nothing()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var plan = await move.PreflightAsync(AwkwardSchema.Plan, Token);
        await move.RunAsync(plan, null, Token);

        var again = await move.RunAsync(plan, null, Token);

        Assert.Equal(0, again.Import.Parts);
        Assert.Equal(again.Manifest.Parts.Count, again.Import.Skipped);
    }

    [Fact]
    public async Task A_second_import_at_once_is_refused()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var plan = await move.PreflightAsync(AwkwardSchema.Plan, Token);
        var manifest = await new Exporter(move.Source, move.Store, TimeProvider.System).RunAsync(
            plan,
            move.Options,
            null,
            Token
        );
        await using var holder = await move.Target.OpenConnectionAsync(Token);
        await using var take = new Npgsql.NpgsqlCommand("select pg_advisory_lock(x'46544D4F5645'::bigint)", holder);
        await take.ExecuteNonQueryAsync(Token);

        var error = await Assert.ThrowsAsync<RefusedException>(() =>
            new Importer(move.Target, move.Store, TimeProvider.System).RunAsync(
                plan,
                manifest,
                move.Options,
                null,
                Token
            )
        );

        Assert.StartsWith("Another run holds this database", error.Message);
    }

    [Fact]
    public async Task A_target_with_rows_of_another_run_is_refused()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var plan = await move.PreflightAsync(AwkwardSchema.Plan, Token);
        await Move.ExecuteAsync(move.Target, "insert into measurements (taken_at) values (now())", Token);

        var error = await Assert.ThrowsAsync<RefusedException>(() => move.RunAsync(plan, null, Token));

        Assert.Contains("public.measurements has rows", error.Message);
    }
}
