using FreshTrack.Migration;
using FreshTrack.Migration.Freezing;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Migration.Freezing;

/// <summary>What <c>freeze.json</c> keeps of the moment up to which everything moves.</summary>
public sealed class CutoverPointTests(Servers servers)
{
    private const string Rows = """
        insert into organizations (id, name, slug) values
            ('00000000-0000-4000-8000-00000000000a', 'A', 'a'), ('00000000-0000-4000-8000-00000000000b', 'B', 'b');
        insert into sites (id, organization_id, name) select id, id, name from organizations;
        insert into areas (id, site_id, name) select id, id, name from sites;
        insert into units (id, area_id, name) select id, id, name from areas;
        insert into sensor_readings (unit_id, recorded_at)
        select '00000000-0000-4000-8000-00000000000a', timestamptz '2026-01-01 00:00:00Z' + n * interval '1 hour'
        from generate_series(1, 3) n;
        insert into sensor_readings (unit_id, recorded_at)
        values ('00000000-0000-4000-8000-00000000000b', '2026-02-01 00:00:00Z');
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_comes_after_the_last_write_with_the_rows_and_newest_reading_of_each_organization()
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);
        await source.AsAdministratorAsync(Rows, Token);
        var written = await PositionAsync(source);

        var (_, _, report) = await source.FreezeAsync(users: null, Token);

        var cutover = report.Cutover!;
        Assert.Equal(
            ["true"],
            await Move.RowsAsync(source.Mover, $"select ('{cutover.Wal}'::pg_lsn > '{written}')::text", Token)
        );
        Assert.Equal(["source", "target"], cutover.Clocks.Select(clock => clock.Server));
        Assert.All(cutover.Clocks, clock => Assert.InRange(clock.AtLeast(), 0, 2));
        var readings = Assert.Single(cutover.Tallies);
        Assert.Equal("public.sensor_readings", readings.Table);
        Assert.Equal(
            [
                new GroupTally("00000000-0000-4000-8000-00000000000a", 3, DateTimeOffset.Parse("2026-01-01T03:00:00Z")),
                new GroupTally("00000000-0000-4000-8000-00000000000b", 1, DateTimeOffset.Parse("2026-02-01T00:00:00Z")),
            ],
            readings.Groups
        );
    }

    [Fact]
    public async Task There_is_none_where_the_freeze_does_not_hold()
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);

        var (_, proved, report) = await source.FreezeAsync(
            users: null,
            Token,
            between: "drop trigger freshtrack_freeze on units"
        );

        Assert.Null(report.Cutover);
        Assert.Null(proved.Output);
    }

    [Fact]
    public async Task A_write_that_a_transaction_still_held_open_is_before_it()
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);
        await using var writer = await source.Administrator.OpenConnectionAsync(Token);
        await using var transaction = await writer.BeginTransactionAsync(Token);
        await writer.ExecuteAsync(new Sql("insert into organizations (name, slug) values ('late', 'late')"), Token);

        var freezing = source.FreezeAsync(users: null, Token);
        await WaitForLockAsync(source);
        await transaction.CommitAsync(Token);
        var written = await PositionAsync(source);
        var (_, _, report) = await freezing;

        Assert.Equal(
            ["true"],
            await Move.RowsAsync(source.Mover, $"select ('{report.Cutover!.Wal}'::pg_lsn >= '{written}')::text", Token)
        );
    }

    [Fact]
    public async Task A_tally_that_the_source_refuses_is_told_with_its_line_in_the_plan()
    {
        await using var source = await SupabaseSource.CreateAsync(servers, Token);
        var plan = PlanFile.Parse(
            "version: 1\ntables:\n- source: units\n  tally: { by: id, newest: no_such_column }\n",
            "plan.yaml"
        );

        var error = await Assert.ThrowsAsync<MigrationException>(() =>
            TableTally.CountAsync(source.Mover, plan, Token)
        );

        Assert.StartsWith("The tally of public.units (line 3 of the plan) cannot be counted: column", error.Message);
    }

    private static async Task<string> PositionAsync(SupabaseSource source) =>
        (await Move.RowsAsync(source.Administrator, "select pg_current_wal_insert_lsn()::text", Token))[0];

    private static async Task WaitForLockAsync(SupabaseSource source)
    {
        while (
            (await Move.RowsAsync(source.Administrator, "select count(*)::text from pg_locks where not granted", Token))
                is ["0"]
        )
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        }
    }
}
