using FreshTrack.Migration.Exporting;
using FreshTrack.Migration.Importing;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Migration;

public sealed class ClearTests(Servers servers)
{
    private const string Rows =
        "select concat_ws(' ', (select count(*) from people), (select count(*) from things), (select "
        + "count(*) from measurements), (select count(*) from migration.ledger), (select count(*) from "
        + "migration.user_map), (select count(*) from migration.created))";

    private const string Objects = """
        select pg_get_constraintdef(oid) || convalidated::text || conrelid::regclass::text from pg_constraint
            where connamespace = 'public'::regnamespace and conparentid = 0 and contype <> 'n'
        union all select indexdef from pg_indexes where schemaname = 'public' and tablename in ('people', 'things')
        union all select tgname::text || tgenabled::text from pg_trigger where not tgisinternal
        union all select relname::text from pg_class where relkind in ('r', 'p')
            and relnamespace = 'public'::regnamespace
        order by 1
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cleared_run_leaves_the_target_as_it_found_it_and_a_new_run_moves_everything_again()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var plan = await move.PreflightAsync(AwkwardSchema.Plan, Token);
        var before = await Move.RowsAsync(move.Target, Objects, Token);
        await move.RunAsync(plan, null, Token);
        await move.Store.PutAsync($"runs/{move.Options.RunId}-b/part", "other"u8.ToArray(), Token);

        await Eraser(move).RunAsync(move.Options.RunId, Token);

        Assert.Equal(["0 0 0 0 0 0"], await Move.RowsAsync(move.Target, Rows, Token));
        Assert.Equal(before, await Move.RowsAsync(move.Target, Objects, Token));
        Assert.Equal(
            [$"runs/{move.Options.RunId}-b/part"],
            await move.Store.ListAsync("runs/", Token).ToListAsync(Token)
        );
        await move.RunAsync(plan, null, Token);
        await Whole.AssertAsync(move, plan, Token);
    }

    [Fact]
    public async Task A_run_that_was_cut_off_amid_its_import_gives_back_keys_indexes_and_triggers_when_it_is_cleared()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var plan = await move.PreflightAsync(AwkwardSchema.Plan, Token);
        var before = await Move.RowsAsync(move.Target, Objects, Token);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            move.RunAsync(plan, new Meanwhile("import", [3], cut.Cancel), cut.Token)
        );

        await Eraser(move).RunAsync(move.Options.RunId, Token);

        Assert.Equal(["0 0 0 0 0 0"], await Move.RowsAsync(move.Target, Rows, Token));
        Assert.Equal(before, await Move.RowsAsync(move.Target, Objects, Token));
    }

    [Fact]
    public async Task Rows_of_others_keep_a_run_from_being_cleared_and_nothing_is_lost()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var plan = await move.PreflightAsync(AwkwardSchema.Plan, Token);
        await move.RunAsync(plan, null, Token);
        await Move.ExecuteAsync(move.Target, "insert into things (\"Id\") values (9999)", Token);
        var before = await Move.RowsAsync(move.Target, Rows, Token);

        var error = await Assert.ThrowsAsync<RefusedException>(() => Eraser(move).RunAsync(move.Options.RunId, Token));

        Assert.StartsWith("public.things holds 3001 rows, of which run", error.Message);
        Assert.Equal(before, await Move.RowsAsync(move.Target, Rows, Token));
        Assert.NotNull(await Exporter.FindAsync(move.Store, move.Options.RunId, Token));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("insert into notes select id from people limit 1", true)]
    public async Task A_table_outside_the_plan_that_refers_to_moved_rows_is_in_the_way_only_when_it_has_rows(
        string fill,
        bool refused
    )
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        await Move.ExecuteAsync(move.Target, "create table notes (owner uuid references people (id))", Token);
        await move.RunAsync(await move.PreflightAsync(AwkwardSchema.Plan, Token), null, Token);
        await Move.ExecuteAsync(move.Target, $"select 1; {fill}", Token);

        var error = await Record.ExceptionAsync(() => Eraser(move).RunAsync(move.Options.RunId, Token));

        Assert.Equal(refused, error is RefusedException);
        Assert.Equal(refused, error is not null);
        Assert.Equal(
            [refused ? "20" : "0"],
            await Move.RowsAsync(move.Target, "select count(*)::text from people", Token)
        );
    }

    private static RunEraser Eraser(Move move) => new(move.Target, move.Store, TimeProvider.System);
}
