using FreshTrack.Migration.Freezing;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.IntegrationTests.Migration;

public sealed class RefusedMoveTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_source_that_takes_writes_is_refused_with_the_way_to_freeze_it()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var plan = await move.PreflightAsync(AwkwardSchema.Plan, Token);
        await new Freeze(move.Source, plan.Plan, TimeProvider.System).LiftAsync(Token);

        var error = await Assert.ThrowsAsync<RefusedException>(() => move.RunAsync(plan, null, Token));

        Assert.StartsWith("The source is not frozen", error.Message);
        Assert.EndsWith("Freeze it first (--freeze).", error.Message);
        Assert.Empty(await move.Store.ListAsync("runs/", Token).ToListAsync(Token));
    }

    [Theory]
    [InlineData("export")]
    [InlineData("import")]
    public async Task A_source_that_was_written_to_while_the_freeze_was_lifted_is_not_resumed(string stage)
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var plan = await move.PreflightAsync(AwkwardSchema.Plan, Token);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            move.RunAsync(plan, new Meanwhile(stage, [3], cut.Cancel), cut.Token)
        );
        var freeze = new Freeze(move.Source, plan.Plan, TimeProvider.System);
        await freeze.LiftAsync(Token);
        move.Source.Clear();
        await Move.ExecuteAsync(
            move.Source,
            "insert into measurements (taken_at, value) values ('2026-01-01', 1)",
            Token
        );
        await freeze.ApplyAsync(Token);

        var error = await Assert.ThrowsAsync<RefusedException>(() => move.RunAsync(plan, null, Token));

        Assert.Contains("measurements_new was written to", error.Message);
        Assert.Contains("--restart", error.Message);
    }

    [Fact]
    public async Task A_second_run_is_refused_by_name_while_the_first_is_alive()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var plan = await move.PreflightAsync(AwkwardSchema.Plan, Token);
        using var reached = new SemaphoreSlim(0);
        using var goOn = new ManualResetEventSlim();
        var first = Task.Run(
            () =>
                move.RunAsync(
                    plan,
                    new Meanwhile(
                        "import",
                        [2],
                        () =>
                        {
                            reached.Release();
                            goOn.Wait(Token);
                        }
                    ),
                    Token
                ),
            Token
        );
        await reached.WaitAsync(Token);

        var second = move.Options with { RunId = "second" };
        var error = await Record.ExceptionAsync(() =>
            MoveSlice.RunAsync(
                On.Servers(move.Source, move.Target, move.Store, move.StackAuth),
                new FastTime(),
                plan,
                second,
                null,
                Token
            )
        );
        goOn.Set();
        await first;

        Assert.IsType<RefusedException>(error);
        Assert.Contains($"Another run holds this database: 'freshtrack-import {move.Options.RunId}", error.Message);
        await Whole.AssertAsync(move, plan, Token);
    }

    [Fact]
    public async Task A_dead_predecessor_whose_silent_sessions_hold_the_lock_and_the_tables_is_taken_over()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var plan = await move.PreflightAsync(AwkwardSchema.Plan, Token);
        var left = new NpgsqlConnectionStringBuilder(move.TargetAddress)
        {
            Pooling = false,
            ApplicationName = "freshtrack-import dead",
        };
        await using var holder = new NpgsqlConnection(left.ConnectionString);
        await using var worker = new NpgsqlConnection(left.ConnectionString);
        foreach (
            var (connection, sql) in new[]
            {
                (holder, "select pg_advisory_lock(x'46544D4F5645'::bigint)"),
                (worker, "begin; lock table things"),
            }
        )
        {
            await connection.OpenAsync(Token);
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(Token);
        }

        await move.RunAsync(plan, null, Token);

        await Whole.AssertAsync(move, plan, Token);
    }

    [Fact]
    public async Task A_target_column_that_changed_its_type_since_preflight_is_refused_by_name()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var plan = await move.PreflightAsync(AwkwardSchema.Plan, Token);
        await Move.ExecuteAsync(move.Target, "alter table measurements alter value type numeric(6, 1)", Token);

        var error = await Assert.ThrowsAsync<RefusedException>(() => move.RunAsync(plan, null, Token));

        Assert.StartsWith(
            "public.measurements.value was numeric(6,3) at preflight and is numeric(6,1) now",
            error.Message
        );
    }

    [Fact]
    public async Task A_target_that_another_run_has_filled_is_refused()
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var plan = await move.PreflightAsync(AwkwardSchema.Plan, Token);
        await move.RunAsync(plan, null, Token);

        var error = await Assert.ThrowsAsync<RefusedException>(() =>
            MoveSlice.RunAsync(
                On.Servers(move.Source, move.Target, move.Store, move.StackAuth),
                TimeProvider.System,
                plan,
                move.Options with
                {
                    RunId = "another",
                },
                null,
                Token
            )
        );

        Assert.Contains("has rows that run 'another' did not write", error.Message);
        await Whole.AssertAsync(move, plan, Token);
    }
}
