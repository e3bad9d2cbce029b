using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Plan;

public sealed class TableOrderTests
{
    [Theory]
    [InlineData("c b a", "c>b b>a", "a b c")]
    [InlineData("d c b a", "d>b d>c b>a c>a", "a c b d")]
    [InlineData("b a", "a>a b>a", "a b")]
    [InlineData("c b a", "", "c b a")]
    [InlineData("a b c", "a>elsewhere b>gone", "a b c")]
    public void Parents_come_first_and_the_rest_stays_as_it_was_given(string given, string edges, string order) =>
        Assert.Equal(order, Order(given, edges));

    [Theory]
    [InlineData("a b", "a>b b>a", "a b")]
    [InlineData("b a", "a>b b>a", "b a")]
    [InlineData("a b c", "a>b b>c c>a", "a c b")]
    [InlineData("x a b", "a>b b>a x>b", "a b x")]
    [InlineData("x a b p", "a>b b>a x>b a>p", "p a b x")]
    [InlineData("a b c d", "a>b b>a c>d d>c a>d", "c d a b")]
    public void A_cycle_is_broken_at_its_first_table_whatever_stands_around_it(
        string given,
        string edges,
        string order
    ) => Assert.Equal(order, Order(given, edges));

    [Fact]
    public void Several_entries_of_one_target_stay_together_in_the_order_of_the_file()
    {
        var source = Given.Catalog(
            Given.Table("pets", "id int", "owner int"),
            Given.Table("people", "id int"),
            Given.Table("birds", "id int", "owner int")
        );
        var target = Given.Catalog(
            Given.Table("animals", "id int", "owner int").WithForeignKey("owner", "people"),
            Given.Table("people", "id int")
        );

        var plan = PlanResolver
            .Resolve(
                Given.Plan("{ source: pets, target: animals }", "source: people", "{ source: birds, target: animals }"),
                source,
                target
            )
            .Plan!;

        Assert.Equal(["people", "pets", "birds"], plan.Tables.Select(table => table.Source.Name));
    }

    private static string Order(string given, string edges)
    {
        var tables = given.Split(' ').Select(name => Given.Table(name)).ToDictionary(table => table.Name);
        foreach (var edge in edges.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(edge => edge.Split('>')))
        {
            tables[TableName.Parse(edge[0])] = tables[TableName.Parse(edge[0])]
                .WithForeignKey($"to_{edge[1]}", edge[1]);
        }

        return string.Join(
            ' ',
            TableOrder
                .ParentsFirst(given.Split(' ').Select(TableName.Parse), Given.Catalog([.. tables.Values]))
                .Select(table => table.Name)
        );
    }
}
