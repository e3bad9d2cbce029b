using FreshTrack.Migration.Exporting;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Migration;

public sealed class ChunkPlannerTests
{
    [Theory]
    [InlineData(0, "all")]
    [InlineData(10, "all")]
    [InlineData(11, "0-10 10-")]
    [InlineData(20, "0-10 10-")]
    [InlineData(25, "0-10 10-20 20-")]
    public void A_table_is_cut_into_page_ranges_of_which_the_last_is_open(long pages, string ranges) =>
        Assert.Equal(ranges, Ranges(Table("a", RelationKind.Table, pages)));

    [Fact]
    public void A_view_is_one_chunk() => Assert.Equal("all", Ranges(Table("a", RelationKind.View, 0)));

    [Fact]
    public void A_partitioned_table_is_read_by_its_leaves_and_numbered_through()
    {
        var table = Table("a", RelationKind.Partitioned, 0) with
        {
            Leaves = [Table("a_1", RelationKind.Table, 15), Table("a_2", RelationKind.Table, 3)],
        };

        var chunks = Plan(table);

        Assert.Equal(["a_1 0", "a_1 1", "a_2 2"], chunks.Select(chunk => $"{chunk.Relation.Name} {chunk.Number}"));
    }

    [Fact]
    public void The_largest_table_comes_first() =>
        Assert.Equal(
            ["big", "big", "small"],
            Plan(Table("small", RelationKind.Table, 1), Table("big", RelationKind.Table, 12))
                .Select(chunk => chunk.Relation.Name)
        );

    private static string Ranges(CatalogTable table) =>
        string.Join(
            ' ',
            Plan(table).Select(chunk => chunk.FirstPage is null ? "all" : $"{chunk.FirstPage}-{chunk.EndPage}")
        );

    private static IReadOnlyList<Chunk> Plan(params CatalogTable[] tables)
    {
        var plans = tables.Select(table => new TablePlan(table.Name, table.Name)).ToList();
        return ChunkPlanner.Plan(
            new ResolvedPlan(
                new MigrationPlan(plans, []) { Hash = "" },
                [.. plans.Select(plan => new TableProjection(plan, [], []))]
            ),
            new Catalog(tables.ToDictionary(table => table.Name), new Dictionary<string, IReadOnlyList<string>>()),
            pagesPerChunk: 10
        );
    }

    private static CatalogTable Table(string name, RelationKind kind, long pages) =>
        new(new TableName("public", name), kind, pages, null, pages * 8192);
}
