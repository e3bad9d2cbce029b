using FreshTrack.Cutover.Rollback;
using FreshTrack.Plan;
using FreshTrack.UnitTests.Plan;

namespace FreshTrack.UnitTests.Cutover.Rollback;

/// <summary>Which columns of the source a row of the target fills, by plan and catalogs alone.</summary>
public sealed class ReverseProjectionTests
{
    private static readonly Catalog Source = Given.Catalog(
        Given.Table("auth.users", "id uuid!", "email text"),
        Given
            .Table("units", "id uuid!", "temp_limit_low numeric", "price numeric", "make text", "created_by uuid")
            .WithForeignKey("created_by", "auth.users")
    );

    private static readonly Catalog Target = Given.Catalog(
        Given.Table("people", "id uuid!", "email text"),
        Given.Table("units", "id uuid!", "temp_min numeric", "price_cents bigint", "created_by uuid", "color text")
    );

    private const string Users = "{ source: auth.users, target: people, users: [id] }";

    [Fact]
    public void Renames_are_turned_round_and_expressions_come_from_reverse()
    {
        var units = Units("reverse: { price: price_cents / 100.0 }");

        Assert.Equal(
            [
                """id "id" """,
                """temp_limit_low "temp_min" """,
                "price price_cents / 100.0 ",
                """created_by "created_by" user""",
            ],
            units.Columns.Select(column => $"{column.Name} {column.Expression} {(column.IsUser ? "user" : "")}")
        );
        Assert.Equal(["make"], units.Kept.Select(column => column.Name));
        Assert.Equal((0, null), (units.Unreversed.Count, units.Obstacle));
    }

    [Fact]
    public void Expression_without_a_way_back_is_told()
    {
        Assert.Equal(["price"], Units("may_be_empty: true").Unreversed);
    }

    [Fact]
    public void User_that_reverse_names_plainly_goes_through_the_map()
    {
        var units = Units(
            "reverse: { price: price_cents / 100.0, created_by: created_by }",
            "created_by: (created_by)"
        );

        Assert.True(units.Columns.Single(column => column.Name == "created_by").IsUser);
    }

    [Fact]
    public void Parents_of_the_source_come_first()
    {
        Assert.Equal(
            ["auth.users", "public.units"],
            Reversed("reverse: { price: price_cents / 100.0 }", "").Select(table => $"{table.Source}")
        );
    }

    [Fact]
    public void Column_that_the_cutover_sets_itself_is_left_behind()
    {
        var plan = Given.Plan("{ source: ttn_connections, columns: { url: ttn_webhook_url } }");

        var returned = ReturnPlan.Without(plan, ReturnPlan.OwnColumns).Tables[0];

        Assert.Equal(("ttn_webhook_url", 0), (Assert.Single(returned.Leave), returned.Columns.Count));
    }

    [Theory]
    [InlineData("{ source: units, target: things }", "several entries of the plan fill it")]
    [InlineData("{ source: units, target: others, columns: { id: gen_random_uuid() } }", "comes from an expression")]
    [InlineData("{ source: units, target: keyless }", "it has no key")]
    public void Table_that_cannot_go_back_says_why(string entry, string obstacle)
    {
        var source = Given.Catalog(Given.Table("units", "id uuid!"), Given.Table("more", "id uuid!"));
        var target = Given.Catalog(
            Given.Table("things", "id uuid!"),
            Given.Table("others", "id uuid!"),
            Given.Table("keyless", "id uuid") with
            {
                PrimaryKey = [],
            }
        );
        var resolution = PlanResolver.Resolve(Given.Plan(entry, "{ source: more, target: things }"), source, target);

        var tables = ReverseProjection.Of(new ResolvedPlan(Given.Plan(entry), resolution.Tables), source, target);

        Assert.Contains(obstacle, tables.First(table => table.Source.Name == "units").Obstacle);
    }

    [Fact]
    public void Statements_name_the_key_the_filter_and_every_column()
    {
        var units = Units("reverse: { price: price_cents / 100.0 }, where: price > 0");

        var update = ReturnSql.Update(units).Text;
        Assert.StartsWith(
            "update \"public\".\"units\" set \"temp_limit_low\" = (\"freshtrack_rows\".\"freshtrack_1\")::numeric, ",
            update
        );
        Assert.EndsWith(
            "where \"public\".\"units\".\"id\" = (\"freshtrack_rows\".\"freshtrack_0\")::uuid and (price > 0\n)",
            update
        );
        Assert.StartsWith("insert into \"public\".\"units\" (", ReturnSql.Insert(units).Text);
        Assert.Contains("overriding system value", ReturnSql.Insert(units).Text);
        Assert.EndsWith("and (price > 0\n)", ReturnSql.Delete(units).Text);
    }

    private static ReverseTable Units(string more, string columns = "created_by: created_by") =>
        Reversed(more, columns).Single(table => table.Source.Name == "units");

    private static IReadOnlyList<ReverseTable> Reversed(string more, string columns)
    {
        var comma = columns.Length > 0 ? ", " : "";
        var plan = Given.Plan(
            "{ source: units, columns: { temp_min: temp_limit_low, price_cents: (price * 100)::bigint"
                + $"{comma}{columns} }}, users: [created_by], leave: [make], {more} }}",
            Users
        );
        var resolution = PlanResolver.Resolve(plan, Source, Target);
        Assert.True(resolution.Plan is not null, string.Join('\n', resolution.Findings));
        return ReverseProjection.Of(resolution.Plan, Source, Target);
    }
}
