using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Plan;

public sealed class PlanResolverTests
{
    [Fact]
    public void Renamed_and_equal_columns_become_expressions_cast_without_their_modifier()
    {
        var table = Resolve(
            "  - { source: a, columns: { b: old, c: lower(x) } }",
            [Column("id", "uuid"), Column("old", "numeric"), Column("x", "text")],
            [
                Column("id", "uuid"),
                new CatalogColumn("b", "numeric(5,2)", "numeric", NeedsCast: false),
                Column("c", "text"),
            ]
        ).Plan!.Tables[0];

        Assert.Equal(
            ["(\"id\")::uuid", "(\"old\")::numeric", "(lower(x))::text"],
            table.Columns.Select(column => column.Transport.Text)
        );
        Assert.Equal(["uuid", "numeric", null], table.Columns.Select(column => column.SourceType));
    }

    [Theory]
    [InlineData("(x || 'extra')::date", "column-not-mapped")]
    [InlineData("(x || \"extra\")::date", null)]
    [InlineData("extra(x)", "column-not-mapped")]
    [InlineData("x::extra", "column-not-mapped")]
    [InlineData("coalesce(EXTRA, x)", null)]
    [InlineData("cast(x as extra)", "column-not-mapped")]
    [InlineData("x /* extra */ -- extra", "column-not-mapped")]
    public void A_column_counts_as_mapped_only_where_an_expression_uses_it(string expression, string? code)
    {
        var resolution = Resolve(
            $"  - {{ source: a, columns: {{ b: {System.Text.Json.JsonSerializer.Serialize(expression)} }} }}",
            [Column("x", "text"), Column("extra", "text")],
            [Column("b", "text")]
        );

        Assert.Equal(code, resolution.Findings.SingleOrDefault()?.Code);
    }

    [Fact]
    public void Generated_columns_of_both_sides_stay_out_of_the_move()
    {
        var generated = Column("g", "integer") with { IsGenerated = true };

        var resolution = Resolve("  - source: a", [Column("id", "uuid"), generated], [Column("id", "uuid"), generated]);

        Assert.Equal(["id"], resolution.Plan!.Tables[0].Columns.Select(column => column.Target));
    }

    [Fact]
    public void A_schema_can_be_left_as_a_whole()
    {
        var left = new CatalogTable(new TableName("other", "t"), RelationKind.Table, 0, null, 0);
        var source = Catalog([Column("id", "uuid")], left);

        Assert.Single(
            PlanResolver.Resolve(Plan("  - source: a"), source, source).Findings,
            finding => finding.Code == "table-not-mapped"
        );
        Assert.Empty(
            PlanResolver
                .Resolve(Plan("  - source: a\nleave: [other.*]"), source, Catalog([Column("id", "uuid")]))
                .Findings
        );
    }

    [Fact]
    public void A_time_zone_is_no_column_called_at() =>
        Assert.Equal(
            ["column-not-mapped public.a.at"],
            Resolve(
                "  - { source: a, columns: { b: x at time zone 'UTC' } }",
                [Column("x", "timestamp"), Column("at", "time")],
                [Column("b", "timestamp")]
            )
                .Findings.Select(finding => $"{finding.Code} {finding.Subject}")
        );

    private static PlanResolution Resolve(string tables, CatalogColumn[] source, CatalogColumn[] target) =>
        PlanResolver.Resolve(Plan(tables), Catalog(source), Catalog(target));

    private static MigrationPlan Plan(string tables) => PlanFile.Parse($"version: 1\ntables:\n{tables}\n", "plan.yaml");

    private static CatalogColumn Column(string name, string type) => new(name, type, type, NeedsCast: false);

    private static Catalog Catalog(CatalogColumn[] columns, params CatalogTable[] others) =>
        new(
            others
                .Append(
                    new CatalogTable(new TableName("public", "a"), RelationKind.Table, 0, null, 0)
                    {
                        Columns = columns,
                        PrimaryKey = [columns[0].Name],
                    }
                )
                .ToDictionary(table => table.Name),
            new Dictionary<string, IReadOnlyList<string>>()
        );
}
