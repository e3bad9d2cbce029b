using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Plan;

public sealed class PlanFileTests
{
    private const string Folded =
        "version: 1\ntables:\n  - source: a\nchecks:\n  - name: a\n    severity: warn\n    query: ";

    [Fact]
    public void A_whole_plan_is_read()
    {
        var plan = PlanFile.Parse(
            """
            version: 1
            tables:
              - source: public.units
                target: app.units
                columns: { temp_min: temp_limit_low }
                users: [created_by]
                leave: [make]
                where: deleted_at is null
                key: [id]
                secret: [token]
                reverse: { temp_limit_low: temp_min }
                may_be_empty: true
                count_by: [unit_id]
                chain: { by: org, previous: p, hash: h, over: "p || x" }
              - source: sites
            leave: [public.gone, storage.*]
            checks:
              - name: units-without-a-name
                severity: warn
                query: select id from units where name = '';
                message: Name them.
            """,
            "plan.yaml"
        );

        var units = plan.Tables[0];
        Assert.Equal(
            (new TableName("public", "units"), new TableName("app", "units"), 3),
            (units.Source, units.Target, units.Line)
        );
        Assert.Equal("temp_limit_low", units.Columns["temp_min"]);
        Assert.Equal(new ChainPlan("org", "p", "h", "p || x"), units.Chain);
        Assert.True(units.MayBeEmpty);
        Assert.Equal("deleted_at is null", units.Where);
        Assert.Equal(plan.Tables[1].Source, plan.Tables[1].Target);
        Assert.Equal([new TableName("public", "gone"), new TableName("storage", "*")], plan.Leave);
        Assert.Equal(
            [
                new PlanCheck(
                    "units-without-a-name",
                    Verdict.Warn,
                    "select id from units where name = ''",
                    "Name them.",
                    Line: 18
                ),
            ],
            plan.Checks
        );
        Assert.Matches("^[0-9a-f]{64}$", plan.Hash);
    }

    [Theory]
    [InlineData("version: 1\ntables:\n  - source: a\n    colums: {}", "plan.yaml(4,5): unknown key 'colums'")]
    [InlineData("version: 1\nversion: 1\ntables: []", "plan.yaml(2,1): ")]
    [InlineData("version: 2\ntables:\n  - source: a", "plan.yaml(1,10): version '2' is not known")]
    [InlineData("version: 1\ntables: []", "plan.yaml(2,9): 'tables' is empty")]
    [InlineData(
        "version: 1\ntables:\n  - source: a\nchecks:\n  - { name: A b, severity: warn, query: select 1, message: m }",
        "plan.yaml(5,13): 'A b' is not a name; expected lower-case letters, digits and '-'"
    )]
    [InlineData(
        "version: 1\ntables:\n  - source: a\nchecks:\n  - { name: a, severity: stop, query: select 1, message: m }",
        "plan.yaml(5,26): severity 'stop' is not known; expected warn or fail"
    )]
    [InlineData(
        "version: 1\ntables:\n  - source: a\nchecks:\n  - &a { name: a, severity: warn, query: b, message: m }\n  - *a",
        "plan.yaml(5,5): the check 'a' stands in line 5 already; give it another name"
    )]
    [InlineData(Folded + "b\n    message: m\n    limit: 3", "plan.yaml(9,5): unknown key 'limit'")]
    [InlineData(
        Folded + ">-\n      select id from a -- all\n      where id > 4\n    message: m",
        "plan.yaml(7,12): the lines of"
    )]
    [InlineData(
        Folded + "select id from a -- all\n      where id > 4\n    message: m",
        "plan.yaml(7,12): the lines of"
    )]
    [InlineData("version: 1\ntables: a", "plan.yaml(2,9): 'tables' must be a list, but is 'a'")]
    [InlineData("version: 1\ntables:\n  - target: a", "plan.yaml(3,5): item 1 of 'tables' has no 'source'")]
    [InlineData(
        "version: 1\ntables:\n  - source: a\n    may_be_empty: yes",
        "plan.yaml(4,19): 'may_be_empty' must be true or false"
    )]
    [InlineData("version: 1\ntables:\n  - source: a\n    users: [id, id]", "plan.yaml(4,17): 'id' stands twice")]
    [InlineData("version: 1\ntables:\n  - source: [a]", "plan.yaml(3,13): 'source' must be a text, but is a list")]
    [InlineData(
        "version: 1\ntables:\n  - source: a\nleave: [b, a]",
        "plan.yaml(4,12): 'a' is left behind here, but line 3 moves it"
    )]
    [InlineData("version: 1\ntables: [", "plan.yaml(")]
    public void What_is_no_plan_is_refused_with_line_and_column(string text, string start)
    {
        var error = Assert.Throws<RefusedException>(() => PlanFile.Parse(text, "plan.yaml"));

        Assert.StartsWith(start, error.Message);
    }

    [Theory]
    [InlineData("|-\n      select id from a -- all\n      where id > 4", "select id from a -- all\nwhere id > 4")]
    [InlineData("select id from a -- all", "select id from a -- all")]
    [InlineData(">-\n      select id from a /* all */\n      where id > 4;", "select id from a /* all */ where id > 4")]
    public void Comment_in_a_query_ends_with_its_line(string query, string read) =>
        Assert.Equal(read, PlanFile.Parse($"{Folded}{query}\n    message: m", "plan.yaml").Checks[0].Query);

    [Fact]
    public void A_missing_file_is_refused_by_its_path()
    {
        var error = Assert.Throws<RefusedException>(() => PlanFile.Load("no/such/plan.yaml"));

        Assert.Contains("'no/such/plan.yaml'", error.Message);
    }
}
