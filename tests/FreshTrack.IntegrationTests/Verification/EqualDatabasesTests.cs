using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.IntegrationTests.Verification;

public sealed class EqualDatabasesTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_faultless_move_passes_every_check()
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        var result = await moved.VerifyAsync(Token);
        Assert.DoesNotContain(result.Checks, check => check.Verdict != Verdict.Pass);
        string[] names =
        [
            CheckNames.BrokenHashChain,
            CheckNames.CheckConstraints,
            CheckNames.Contents,
            CheckNames.Counts,
            CheckNames.EncryptedColumns,
            CheckNames.FutureTimestamps,
            CheckNames.InvalidUuids,
            CheckNames.LargeValues,
            CheckNames.NotNull,
            CheckNames.Orphans,
            CheckNames.Partitions,
            CheckNames.Sequences,
            CheckNames.Timestamps,
            CheckNames.UniqueKeys,
            CheckNames.UserMap,
        ];
        Assert.Equal(names, result.Checks.Select(check => check.Check).Distinct());
        Assert.Equal(
            2500,
            Assert
                .Single(result.Checks, check => check is { Check: CheckNames.Contents, Subject: "public.readings" })
                .Rows
        );
    }

    [Fact]
    public async Task Key_order_of_jsonb_and_order_of_rows_are_no_difference()
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        await moved.DamageAsync(
            "update units set meta = (select jsonb_object_agg(key, value order by key) from jsonb_each(meta)); "
                + "cluster event_logs using event_logs_pkey",
            Token
        );
        Assert.Equal(Verdict.Pass, (await moved.VerifyAsync(Token)).Verdict);
    }

    [Fact]
    public async Task Rows_outside_the_plans_filter_are_not_missed()
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        await moved.RunAsync(
            source: true,
            "insert into readings values (gen_random_uuid(), null, 1, '1999-01-01Z')",
            Token
        );
        var plan = MovedPlan.Create(table =>
            table.Target.Name == "readings" ? table with { Where = "recorded_at > '2000-01-01Z' -- none older" } : table
        );
        Assert.Equal(Verdict.Pass, (await moved.VerifyAsync(Token, plan)).Verdict);
    }

    [Fact]
    public async Task Rules_and_sequences_that_the_data_keeps_pass()
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        await moved.DamageAsync(
            """
            create domain label as text not null check (value <> 'it''s "odd"');
            alter table units alter name type label;
            alter table units add constraint "not ""so"" odd" check (note is null or length(note) < 80) not valid;
            alter table readings_2026_01 add check (recorded_at >= '2026-01-01Z');
            create sequence down increment -1;
            alter table notes add place bigint default nextval('down');
            insert into notes (id, place) values (md5('note')::uuid, -9);
            select setval('down', -10, false)
            """,
            Token
        );
        await moved.RunAsync(source: true, "insert into notes values (md5('note')::uuid)", Token);
        Assert.DoesNotContain((await moved.VerifyAsync(Token)).Checks, check => check.Verdict != Verdict.Pass);
    }
}
