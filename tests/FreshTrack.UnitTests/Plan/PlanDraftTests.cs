using FreshTrack.Plan;
using FreshTrack.Plan.Drafting;

namespace FreshTrack.UnitTests.Plan;

public sealed class PlanDraftTests
{
    private static readonly CatalogTable Users = Given.Table("auth.users", "id uuid!", "email text");

    private static readonly CatalogTable People = Given.Table("people", "id uuid!", "email text");

    [Fact]
    public void A_draft_maps_equal_names_without_a_line_and_marks_every_question()
    {
        var source = Given.Catalog(
            Users,
            Given
                .Table("pets", "id int!", "owner uuid", "limit_low numeric(5,2)", "price numeric", "color text")
                .WithForeignKey("owner", "auth.users"),
            Given.Table("toys", "id int!")
        );
        var target = Given.Catalog(
            People,
            Given
                .Table("pets", "pet int!", "id int!", "owner uuid", "limit_min numeric(5,2)", "price numeric(5,2)")
                .WithForeignKey("owner", "people"),
            Given.Table("visits", "id int!")
        );

        const string Pet =
            "public.pets.pet: takes no NULL, has no default, and nothing fills it; "
            + "give it an expression under 'columns'";
        const string Price =
            "public.pets.price: public.pets.price is numeric, the target numeric(5,2): "
            + "values would be rounded or overflow";
        Assert.Equal(
            $"""
            # yaml-language-server: $schema=plan.schema.json
            # Drafted from the catalogs of both sides. Columns of equal names move without a line.
            # Every TODO is to be decided; preflight goes on finding what is still open.
            version: 1
            tables:

              # TODO: guessed: auth.users goes to public.people, because the same columns refer to it
              - source: auth.users
                target: public.people
                users: [id]

              - source: public.pets
                target: public.pets
                columns:
                  # TODO: guessed: limit_min takes limit_low (same type, similar name, same place)
                  limit_min: limit_low
                users: [owner]
                key: [id]
                # TODO: {Pet}
                # TODO: {Price}
                # TODO: public.pets.color: no target column takes it and the plan does not name it under 'leave'
            # TODO: public.visits: no source table was found for this target table; give it an entry, or leave it empty
            # Uncomment what stays behind on purpose; give the rest an entry under 'tables'.
            # leave:
            # TODO: public.toys: the plan neither moves this source table nor names it under 'leave'
            #   - public.toys

            """,
            Draft(source, target),
            ignoreLineEndingDifferences: true
        );
    }

    [Fact]
    public void What_a_draft_asks_is_what_preflight_finds_in_it()
    {
        var source = Given.Catalog(Given.Table("a", "x text", "gone text", "n bigint"), Given.Table("b", "id int"));
        var target = Given.Catalog(
            Given.Table("a", "x text", "n integer", "must uuid!") with
            {
                PrimaryKey = [],
            },
            Given.Table("b", "id int")
        );
        source = source with
        {
            Tables = source.Tables.ToDictionary(pair => pair.Key, pair => pair.Value with { PrimaryKey = [] }),
        };

        var draft = Draft(source, target);

        var findings = PlanResolver.Resolve(PlanFile.Parse(draft, "draft.yaml"), source, target).Findings;
        Assert.Equal(
            ["column-not-mapped", "narrowing-type", "table-without-key", "target-column-not-filled"],
            findings.Select(finding => finding.Code).Order()
        );
        Assert.Equal(
            findings.Select(finding => $"{finding.Subject}: {finding.Message}").Order(),
            Questions(draft).Order()
        );
    }

    [Fact]
    public void A_column_that_refers_to_a_table_known_by_user_ids_holds_one_too()
    {
        var source = Given.Catalog(
            Users,
            Given.Table("profiles", "id uuid!").WithForeignKey("id", "auth.users"),
            Given.Table("notes", "id int!", "writer uuid").WithForeignKey("writer", "profiles")
        );
        var target = Given.Catalog(
            Given.Table("users", "id uuid!", "email text"),
            Given.Table("profiles", "id uuid!"),
            Given.Table("notes", "id int!", "writer uuid")
        );

        var plan = PlanFile.Parse(Draft(source, target), "draft.yaml");

        Assert.Equal(
            ["notes writer", "profiles id", "users id"],
            plan.Tables.Select(table => $"{table.Source.Name} {string.Join(' ', table.Users)}").Order()
        );
    }

    [Fact]
    public void A_guess_names_what_else_could_be_meant()
    {
        var source = Given.Catalog(Given.Table("a", "id int!", "raw_app_data jsonb", "raw_user_data jsonb"));
        var target = Given.Catalog(Given.Table("a", "id int!", "userdata jsonb"));

        Assert.Contains(
            "# TODO: guessed: userdata takes raw_user_data (same type, similar name; or is it raw_app_data?)",
            Draft(source, target)
        );
    }

    [Theory]
    [InlineData("text", "jsonb")]
    [InlineData("numeric(5,2)", "integer")]
    public void Columns_of_different_types_are_never_guessed_to_be_the_same(string from, string to) =>
        Assert.DoesNotContain(
            "guessed",
            Draft(
                Given.Catalog(Given.Table("a", "id int!", $"old {from}")),
                Given.Catalog(Given.Table("a", "id int!", $"older {to}"))
            )
        );

    [Fact]
    public void Parents_stand_before_their_children()
    {
        var catalog = Given.Catalog(
            Given.Table("a", "id int!", "b int").WithForeignKey("b", "b"),
            Given.Table("b", "id int!", "c int").WithForeignKey("c", "c"),
            Given.Table("c", "id int!")
        );

        Assert.Equal(
            ["c", "b", "a"],
            PlanFile.Parse(Draft(catalog, catalog), "draft.yaml").Tables.Select(table => table.Source.Name)
        );
    }

    [Fact]
    public void Names_that_YAML_would_take_for_something_else_are_read_back_as_they_are()
    {
        var table = new TableName("public", "Mixed \"Case\": #1 \\ äöü");
        var source = Given.Table("x", "id int!", "no int", "gone\nversion int");
        var target = Given.Table("x", "no int!", "id int!", "new\tno text") with { Name = table };
        var draft = Draft(
            Given.Catalog(source with { Name = table }),
            Given.Catalog(target with { PrimaryKey = ["id", "no"] })
        );

        var plan = PlanFile.Parse(draft, "draft.yaml");

        Assert.Equal((table, table), (plan.Tables[0].Source, plan.Tables[0].Target));
        Assert.Equal(["id"], plan.Tables[0].Key);
        Assert.Contains("gone version: no target column takes it", draft);
    }

    [Fact]
    public void Two_databases_without_a_table_in_common_make_no_draft()
    {
        var error = Assert.Throws<RefusedException>(() =>
            Draft(Given.Catalog(Given.Table("a", "id int")), Given.Catalog())
        );

        Assert.StartsWith("None of the source's 1 tables has a counterpart among the target's 0.", error.Message);
    }

    private static string Draft(Catalog source, Catalog target) => PlanDraft.Write(source, target, "plan.schema.json");

    private static IEnumerable<string> Questions(string draft) =>
        draft
            .Split('\n')
            .Select(line => line.Trim())
            .Where(line => line.StartsWith("# TODO: "))
            .Select(line => line["# TODO: ".Length..]);
}
