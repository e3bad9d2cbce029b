using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.IntegrationTests.Verification;

public sealed class PlanDifferenceTests(Servers servers)
{
    private static readonly TableName Units = TableName.Parse("public.units");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Equal_tables_differ_in_nothing()
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        Assert.Empty(await ReadAsync(moved));
    }

    [Fact]
    public async Task Every_row_comes_with_all_that_it_takes_to_write_it()
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        var deleted = (string)
            (await moved.ScalarAsync(source: true, "select name from units where id = md5('unit7')::uuid", Token))!;
        await moved.DamageAsync(
            """
            delete from units where id = md5('unit7')::uuid;
            update units set api_key = 'other', note = null where id = md5('unit9')::uuid;
            insert into units (id, name, created_by)
            select md5('stranger')::uuid, repeat('long', 1000), target_id
            from migration.user_map where source_id = md5('user3')::uuid
            """,
            Token
        );
        var changes = (await ReadAsync(moved)).ToDictionary(change => change.Kind);
        Assert.Equal([DifferenceKind.Missing, DifferenceKind.Extra, DifferenceKind.Changed], changes.Keys.Order());

        var missing = changes[DifferenceKind.Missing];
        Assert.Equal((deleted, null), (missing.Source!["name"], missing.Target?["name"]));
        var extra = changes[DifferenceKind.Extra];
        Assert.Equal(
            (4000, null, MovedIds.Of("user3")),
            (extra.Target!["name"]!.Length, extra.Target["note"], extra.Target["created_by"])
        );
        Assert.Equal(["id"], extra.Key);
        var changed = changes[DifferenceKind.Changed];
        Assert.Equal(["note", "api_key"], changed.Changed);
        Assert.Equal(
            ("", null, "api-key-of-unit-9", "other"),
            (changed.Source!["note"], changed.Target!["note"], changed.Source["api_key"], changed.Target["api_key"])
        );
        Assert.DoesNotContain("api-key", string.Concat(changes.Values));
    }

    [Fact]
    public async Task Thousands_of_rows_are_all_read()
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        await moved.DamageAsync("update readings set temperature = coalesce(temperature, 0) + 1", Token);
        Assert.Equal(
            2500,
            (await ReadAsync(moved, TableName.Parse("public.readings"))).Count(change =>
                change is { Kind: DifferenceKind.Changed, Changed: ["temperature"] }
            )
        );
    }

    [Fact]
    public async Task A_table_that_the_plan_does_not_fill_is_refused()
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        var refused = await Assert.ThrowsAsync<RefusedException>(() =>
            ReadAsync(moved, TableName.Parse("public.nowhere"))
        );
        Assert.Contains("public.nowhere", refused.Message);
    }

    [Fact]
    public async Task Keys_alone_tell_the_same_rows()
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        await moved.DamageAsync(
            """
            delete from units where id = md5('unit7')::uuid;
            update units set api_key = 'other' where id = md5('unit9')::uuid;
            insert into units (id, name, created_by)
            select md5('stranger')::uuid, 'stranger', target_id
            from migration.user_map where source_id = md5('user3')::uuid
            """,
            Token
        );
        await using var difference = await PlanDifference.OpenAsync(Request(moved), Token);

        var keys = await difference.KeysAsync(Units, Token).ToListAsync(Token);

        Assert.Equal(
            new[]
            {
                (DifferenceKind.Missing, (string?)MovedIds.Of("unit7")),
                (DifferenceKind.Extra, MovedIds.Of("stranger")),
                (DifferenceKind.Changed, MovedIds.Of("unit9")),
            },
            keys.Select(change => (change.Kind, change.Key.Single())).OrderBy(change => change.Kind)
        );
        Assert.DoesNotContain(MovedIds.Of("stranger"), string.Concat(keys));
    }

    private static VerificationRequest Request(MovedDatabases moved) =>
        new(MovedPlan.Create(), moved.Source, moved.Target);

    private static async Task<List<RowChange>> ReadAsync(MovedDatabases moved, TableName? table = null)
    {
        await using var difference = await PlanDifference.OpenAsync(Request(moved), Token);
        return await difference.RowsAsync(table ?? Units, Token).ToListAsync(Token);
    }
}
