using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Steps;
using FreshTrack.Migration.Freezing;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.IntegrationTests.Rollback;

public sealed class RefusedReturnTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Half_imported_target_deletes_no_row_of_the_source()
    {
        await using var stage = await ReturnStage.StrangeAsync(servers);
        await stage.OnTargetAsync("delete from readings");
        var failed = stage.Unverified();
        failed.Verification.Set(
            new VerificationResult(
                DateTimeOffset.UnixEpoch,
                [new CheckResult(CheckNames.Counts, "public.readings", Verdict.Fail, 1, 1, "fewer", null, 0)]
            )
        );

        foreach (var run in new[] { stage.Unverified(), failed })
        {
            foreach (var step in ReturnStage.Steps.Take(4))
            {
                var result = await step(run, new Progress<StepProgress>(), Token);
                Assert.Equal(Verdict.Fail, result.Verdict);
                Assert.Contains("no verification of the target has passed", result.Summary);
            }
        }

        Assert.Equal(["3000"], await stage.SourceRowsAsync("select count(*)::text from readings"));
    }

    [Fact]
    public async Task Row_deleted_after_the_list_was_made_is_not_deleted()
    {
        await using var stage = await ReturnStage.StrangeAsync(servers);
        await stage.TakeAsync(ReturnRowSteps.CompareAsync);
        await stage.OnTargetAsync("delete from by_day where id = 3");

        var result = await stage.TakeAsync(ReturnRowSteps.ApplyAsync);

        Assert.Equal(Verdict.Fail, result.Verdict);
        Assert.Contains("public.by_day: a row was deleted on the new side after", result.Summary);
        Assert.Equal(["1"], await stage.SourceRowsAsync("select count(*)::text from by_day where id = 3"));
    }

    [Fact]
    public async Task Listed_row_that_is_there_again_is_not_deleted()
    {
        await using var stage = await ReturnStage.StrangeAsync(servers);
        await stage.OnTargetAsync("delete from by_day where id = 3");
        await stage.TakeAsync(ReturnRowSteps.CompareAsync);
        await stage.OnTargetAsync("insert into by_day values (3, '2026-01-01', 'again')");

        var result = await stage.TakeAsync(ReturnRowSteps.ApplyAsync);

        Assert.Equal(Verdict.Fail, result.Verdict);
        Assert.Contains("public.by_day: 1 rows that were to be deleted are on the new side again", result.Summary);
        Assert.Equal(["1"], await stage.SourceRowsAsync("select count(*)::text from by_day where id = 3"));
    }

    [Fact]
    public async Task Source_that_takes_writes_gets_nothing()
    {
        await using var stage = await ReturnStage.StrangeAsync(servers);
        await stage.OnTargetAsync("update by_day set note = 'changed' where id = 3");
        await stage.TakeAsync(ReturnRowSteps.CompareAsync);
        await new Freeze(stage.Move.Source, stage.Run.Plan, TimeProvider.System).LiftAsync(Token);

        var result = await stage.TakeAsync(ReturnRowSteps.ApplyAsync);

        Assert.Equal(Verdict.Fail, result.Verdict);
        Assert.Contains("not frozen", result.Summary);
        Assert.Equal(["n3"], await stage.SourceRowsAsync("select note from by_day where id = 3"));
    }

    [Theory]
    [InlineData("(5, 'live', 'other'), (12, 'live', 'fine')", "5")]
    [InlineData("(12, 'live', 'fine'), (13, 'live', 'name 3')", "13")]
    public async Task Row_that_the_plan_leaves_behind_is_never_overwritten(string rows, string named)
    {
        await using var stage = await ReturnStage.StrangeAsync(servers);
        await stage.OnTargetAsync($"insert into filtered values {rows}");
        await stage.TakeAsync(ReturnRowSteps.CompareAsync);

        var result = await stage.TakeAsync(ReturnRowSteps.ApplyAsync);

        Assert.Equal(Verdict.Fail, result.Verdict);
        Assert.Contains(
            $"public.filtered: a row that the plan leaves behind is in the way of the rows {named}, by filtered_",
            result.Summary
        );
        Assert.Equal(
            ["3 gone name 3", "5 gone name 5"],
            await stage.SourceRowsAsync(
                "select concat_ws(' ', id, state, name) from filtered where id in (3, 5) order by id"
            )
        );
    }

    [Fact]
    public async Task Rows_of_other_tables_that_refer_to_deleted_ones_are_named()
    {
        await using var stage = await ReturnStage.StrangeAsync(servers);
        await stage.OnTargetAsync("delete from tree where id = 20");
        await stage.TakeAsync(ReturnRowSteps.CompareAsync);

        var result = await stage.TakeAsync(ReturnRowSteps.ApplyAsync);

        Assert.Equal(Verdict.Fail, result.Verdict);
        Assert.Contains("public.left_behind: 1 rows break left_behind_tree_id_fkey (1)", result.Summary);
        await stage.Move.Source.ExecuteAsync(
            new Sql("set transaction_read_only = off; delete from left_behind"),
            Token
        );
        await stage.ReturnAsync();
        await stage.AreEqualAsync();
    }

    [Fact]
    public async Task Value_that_does_not_fit_is_refused_and_never_cut()
    {
        await using var stage = await ReturnStage.StrangeAsync(servers);
        await stage.OnTargetAsync(
            """
            alter table kinds alter code type text;
            update kinds set code = 'much too long' where "Key A" = 3
            """
        );
        await stage.TakeAsync(ReturnRowSteps.CompareAsync);

        var result = await stage.TakeAsync(ReturnRowSteps.ApplyAsync);

        Assert.Equal(Verdict.Fail, result.Verdict);
        Assert.Contains("The source refuses a row of public.Odd Kinds", result.Summary);
        Assert.DoesNotContain("much too long", result.Summary);
    }

    [Fact]
    public async Task Value_that_the_source_rounds_is_told_by_the_repeated_difference()
    {
        await using var stage = await ReturnStage.StrangeAsync(servers);
        await stage.OnTargetAsync(
            """
            alter table readings alter value type numeric(8, 4);
            insert into readings values ('00000000-0000-4000-8000-000000000777', 1, 1.2345, '2026-02-01')
            """
        );
        foreach (var step in ReturnStage.Steps.Take(4))
        {
            await stage.TakeAsync(step);
        }

        var result = await stage.TakeAsync(ReturnRowSteps.RepeatAsync);

        Assert.Equal(Verdict.Fail, result.Verdict);
        Assert.Contains(
            "1 rows still differ: public.readings 00000000-0000-4000-8000-000000000777 has other values",
            result.Summary
        );
    }

    [Fact]
    public async Task User_id_that_nobody_knows_is_not_lost_in_silence()
    {
        await using var stage = await ReturnStage.StrangeAsync(servers);
        await stage.OnTargetAsync(
            """
            alter table kinds drop constraint kinds_owner_fkey;
            update kinds set owner = '00000000-0000-4000-8000-00000000dead' where "Key A" = 3
            """
        );
        await stage.TakeAsync(ReturnRowSteps.CompareAsync);

        var result = await stage.TakeAsync(ReturnRowSteps.ApplyAsync);

        Assert.Equal(Verdict.Fail, result.Verdict);
        Assert.Contains(
            "public.kinds: owner holds 00000000-0000-4000-8000-00000000dead, which is no user",
            result.Summary
        );
    }

    [Fact]
    public async Task Lost_target_names_the_last_export()
    {
        await using var stage = await ReturnStage.StrangeAsync(servers);

        var result = await stage.TakeAsync(RollbackReportSteps.LossAsync);

        var lost = (await stage.ReportAsync()).Lost!;
        Assert.Equal(Verdict.Warn, result.Verdict);
        Assert.Contains("is lost", result.Summary);
        Assert.Equal((null, null), (lost.Export, lost.Archive));
    }
}
