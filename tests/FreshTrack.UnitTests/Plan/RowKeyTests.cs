using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Plan;

public sealed class RowKeyTests
{
    [Fact]
    public void A_primary_key_that_nothing_fills_gives_way_to_a_unique_key_that_is_filled()
    {
        var target = Given.Table("a", "row_id bigint", "code text!");
        target = target with
        {
            Columns = [target.Columns[0] with { NotNull = true, IsIdentity = true }, target.Columns[1]],
            UniqueKeys =
            [
                ["code"],
            ],
        };

        Assert.Equal(
            ["code"],
            PlanResolver
                .Resolve(Given.Plan("source: a"), Given.Catalog(Given.Table("a", "code text")), Given.Catalog(target))
                .Plan!.Tables[0]
                .Key
        );
    }

    [Fact]
    public void A_table_without_any_key_is_warned_of()
    {
        var keyless = Given.Catalog(Given.Table("a", "x int") with { PrimaryKey = [] });

        Assert.Equal(
            ["table-without-key public.a"],
            PlanResolver.Resolve(Given.Plan("source: a"), keyless, keyless).Names()
        );
        Assert.Empty(PlanResolver.Resolve(Given.Plan("{ source: a, key: [x] }"), keyless, keyless).Findings);
    }

    [Theory]
    [InlineData("key")]
    [InlineData("users")]
    public void A_column_that_is_named_for_its_values_must_be_filled(string list)
    {
        var source = Given.Catalog(Given.Table("auth.users", "id uuid"), Given.Table("a", "id int"));
        var target = Given.Catalog(Given.Table("auth.users", "id uuid"), Given.Table("a", "id int", "other uuid"));

        var resolution = PlanResolver.Resolve(
            Given.Plan("source: auth.users", $"{{ source: a, {list}: [other] }}"),
            source,
            target
        );

        Assert.Equal(["target-column-not-filled public.a.other"], resolution.Names());
    }
}
