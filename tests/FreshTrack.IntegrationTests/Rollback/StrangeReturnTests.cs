using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Steps;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.IntegrationTests.Rollback;

public sealed class StrangeReturnTests(Servers servers)
{
    [Fact]
    public async Task Whatever_was_written_on_the_new_side_is_in_the_source_afterwards()
    {
        await using var stage = await ReturnStage.StrangeAsync(servers);
        await stage.OnTargetAsync(StrangeSchema.Writes);

        var report = await stage.ReturnAsync();

        await stage.AreEqualAsync();
        Assert.Equal(
            [
                "public.Odd Kinds 3 5 2",
                "public.by_day 2 2 1",
                "public.filtered 1 1 1",
                "public.member 1 0 1",
                "public.readings 1500 150 300",
                "public.team 1 1 0",
                "public.tree 2 19 1",
            ],
            report
                .Tables.Select(table =>
                    $"{table.Source} {table.Written.Inserted} {table.Written.Updated} {table.Written.Deleted}"
                )
                .Order()
        );
        Assert.All(report.Tables, table => Assert.Equal(table.Found, table.Written));
        Assert.Empty(report.Repeated!);
        Assert.Empty(report.NotReturned);
    }

    [Fact]
    public async Task What_the_plan_leaves_behind_keeps_its_value_and_no_trigger_fires()
    {
        await using var stage = await ReturnStage.StrangeAsync(servers);
        await stage.OnTargetAsync(StrangeSchema.Writes);

        await stage.ReturnAsync();

        Assert.Equal(
            ["1 kept 1 2026-02-03", "2 kept 2 2026-02-03", "1001 new 2026-02-02"],
            await stage.SourceRowsAsync(
                """
                select concat_ws(' ', "Key A", kept, updated_at::date) from "Odd Kinds" where "Key A" in (1, 2, 1001)
                order by "Key A"
                """
            )
        );
        Assert.Equal(
            ["1 gone name 1", "3 gone name 3", "11 live new on target"],
            await stage.SourceRowsAsync(
                "select concat_ws(' ', id, state, name) from filtered where id in (1, 3, 11) order by id"
            )
        );
    }

    [Fact]
    public async Task Sequences_stand_behind_every_number_that_the_new_side_gave_out()
    {
        await using var stage = await ReturnStage.StrangeAsync(servers);
        await stage.OnTargetAsync(StrangeSchema.Writes);

        await stage.ReturnAsync();

        // 150 was given out and no row has it any more.
        Assert.Equal(["150"], await stage.SourceRowsAsync("select last_value::text from tree_id_seq"));
        Assert.Equal(["11"], await stage.SourceRowsAsync("select last_value::text from filtered_id_seq"));
        Assert.Equal(
            ["903"],
            await stage.SourceRowsAsync("""select last_value::text from "Odd Kinds_serial_no_seq" """)
        );
    }

    [Fact]
    public async Task Return_without_a_write_changes_nothing_and_passes()
    {
        await using var stage = await ReturnStage.StrangeAsync(servers);
        var before = await VersionsAsync(stage);

        var report = await stage.ReturnAsync();

        Assert.Equal(before, await VersionsAsync(stage));
        Assert.Equal((0, 0), (report.Tables.Count, report.UsersCreated.Count));
        Assert.Equal(RollbackWay.Return, report.Way);
    }

    [Fact]
    public async Task Everybody_else_is_refused_until_the_freeze_lifts()
    {
        await using var stage = await ReturnStage.StrangeAsync(servers);
        await stage.OnTargetAsync(StrangeSchema.Writes);
        await stage.ReturnAsync();

        var refused = await Assert.ThrowsAsync<PostgresException>(() =>
            stage.Move.SourceAdministrator.ExecuteAsync(
                new Sql("set transaction_read_only = off; delete from tree where id = 1"),
                TestContext.Current.CancellationToken
            )
        );

        Assert.Contains("is frozen", refused.MessageText);
    }

    [Fact]
    public async Task Rows_to_delete_are_listed_by_key_before_anything_is_deleted()
    {
        await using var stage = await ReturnStage.StrangeAsync(servers);
        await stage.OnTargetAsync(StrangeSchema.Writes);

        var listed = await stage.TakeAsync(ReturnRowSteps.CompareAsync);

        var report = await stage.ReportAsync();
        Assert.Equal(
            ["10, b10", "11, b11"],
            report.Tables.First(table => table.Source == "public.Odd Kinds").Deletes.Order()
        );
        Assert.Contains("306 to delete", listed.Summary);
        Assert.Equal(["30"], await stage.SourceRowsAsync("""select count(*)::text from "Odd Kinds" """));
    }

    /// <summary>Which transaction wrote each row.</summary>
    private static Task<List<string>> VersionsAsync(ReturnStage stage) =>
        stage.SourceRowsAsync(
            """
            select 'k' || ctid::text || xmin::text from "Odd Kinds" union all
            select 't' || ctid::text || xmin::text from tree union all
            select 'r' || ctid::text || xmin::text from readings union all
            select 's' || last_value::text || is_called::text from tree_id_seq order by 1
            """
        );
}
