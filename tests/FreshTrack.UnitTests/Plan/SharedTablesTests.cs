using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Plan;

/// <summary>One source into several targets, several sources into one.</summary>
public sealed class SharedTablesTests
{
    private static readonly CatalogTable Pets = Given.Table("pets", "id int", "name text", "wings int", "paws int");

    [Fact]
    public void A_column_of_a_split_source_is_mapped_when_one_entry_takes_it_or_leaves_it()
    {
        var target = Given.Catalog(
            Given.Table("birds", "id int", "name text", "wings int"),
            Given.Table("cats", "id int", "name text", "paws int")
        );
        var plan = Given.Plan(
            "{ source: pets, target: birds, where: wings > 0 }",
            "{ source: pets, target: cats, where: paws > 0 }"
        );

        Assert.Empty(PlanResolver.Resolve(plan, Given.Catalog(Pets), target).Findings);
        Assert.Equal(
            ["column-not-mapped public.pets.color"],
            PlanResolver
                .Resolve(
                    plan,
                    Given.Catalog(Given.Table("pets", "id int", "name text", "wings int", "paws int", "color text")),
                    target
                )
                .Names()
        );
        Assert.Equal(
            [],
            PlanResolver
                .Resolve(
                    Given.Plan("{ source: pets, target: birds, leave: [paws] }"),
                    Given.Catalog(Pets),
                    Given.Catalog(Given.Table("birds", "id int", "name text", "wings int"))
                )
                .Names()
        );
    }

    [Fact]
    public void What_a_missing_target_would_have_taken_is_not_called_unmapped()
    {
        var plan = Given.Plan("{ source: pets, target: birds }", "{ source: pets, target: cats }");

        Assert.Equal(
            ["target-table-missing public.cats"],
            PlanResolver
                .Resolve(plan, Given.Catalog(Pets), Given.Catalog(Given.Table("birds", "id int", "name text")))
                .Names()
        );
    }

    [Fact]
    public void Several_sources_meet_in_one_target()
    {
        var source = Given.Catalog(
            Given.Table("birds", "id int", "wings int"),
            Given.Table("cats", "id int", "paws int")
        );

        var plan = PlanResolver
            .Resolve(
                Given.Plan(
                    "{ source: birds, target: pets, columns: { name: \"'bird'\" } }",
                    "{ source: cats, target: pets }"
                ),
                source,
                Given.Catalog(Pets)
            )
            .Plan!;

        Assert.Equal(
            ["id name wings", "id paws"],
            plan.Tables.Select(table => string.Join(' ', table.Columns.Select(column => column.Target)))
        );
    }

    [Theory]
    [InlineData(
        "{ source: birds, target: pets }",
        "{ source: birds, target: pets, where: wings > 2 }",
        "mapped-twice public.birds"
    )]
    [InlineData(
        "{ source: birds, target: pets, key: [id] }",
        "{ source: cats, target: pets, key: [owner] }",
        "entries-disagree public.pets"
    )]
    [InlineData(
        "{ source: birds, target: pets, users: [owner] }",
        "{ source: cats, target: pets }",
        "entries-disagree public.pets.owner"
    )]
    [InlineData(
        "{ source: birds, target: pets, leave: [number] }",
        "{ source: cats, target: pets }",
        "entries-disagree public.pets.number"
    )]
    public void Entries_of_one_target_must_agree_on_its_rows(string first, string second, string finding)
    {
        var number = new CatalogColumn("number", "bigint", "bigint", NeedsCast: false)
        {
            NotNull = true,
            IsIdentity = true,
        };
        var pets = Given.Table("pets", "id int", "owner uuid");
        var source = Given.Catalog(
            Given.Table("auth.users", "id uuid"),
            Given.Table("birds", "id int", "owner uuid", "number bigint"),
            Given.Table("cats", "id int", "owner uuid", "number bigint")
        );
        var target = Given.Catalog(pets with { Columns = [.. pets.Columns, number] });

        var resolution = PlanResolver.Resolve(
            Given.Plan(first, second, "{ source: auth.users, target: missing }"),
            source,
            target
        );

        Assert.Contains(finding, resolution.Names());
        Assert.Equal(
            finding.Split(' ')[0] == "entries-disagree" ? 1 : 0,
            resolution.Findings.Count(item => item.Code == "entries-disagree")
        );
    }

    [Fact]
    public void A_column_that_one_entry_calls_secret_is_secret_in_all()
    {
        var source = Given.Catalog(
            Given.Table("birds", "id int", "name text"),
            Given.Table("cats", "id int", "name text")
        );

        var plan = PlanResolver
            .Resolve(
                Given.Plan("{ source: birds, target: pets }", "{ source: cats, target: pets, secret: [name] }"),
                source,
                Given.Catalog(Given.Table("pets", "id int", "name text"))
            )
            .Plan!;

        Assert.All(plan.Tables, table => Assert.Equal([false, true], table.Columns.Select(column => column.IsSecret)));
    }
}
