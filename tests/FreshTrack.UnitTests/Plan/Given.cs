using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Plan;

/// <summary>Catalogs and plans in a few words.</summary>
internal static class Given
{
    public static Catalog Catalog(params CatalogTable[] tables) =>
        new(tables.ToDictionary(table => table.Name), new Dictionary<string, IReadOnlyList<string>>());

    /// <param name="columns">Each as <c>name type</c>, with a <c>!</c>
    /// behind for NOT NULL; the first is the primary key.</param>
    public static CatalogTable Table(string name, params string[] columns)
    {
        var parsed = columns.Select(Column).ToList();
        return new CatalogTable(TableName.Parse(name), RelationKind.Table, 0, null, 0)
        {
            Columns = parsed,
            PrimaryKey = parsed is [var first, ..] ? [first.Name] : [],
        };
    }

    public static CatalogTable WithForeignKey(this CatalogTable table, string column, string references) =>
        table with
        {
            ForeignKeys =
            [
                .. table.ForeignKeys,
                new CatalogConstraint(
                    $"{table.Name.Name}_{column}",
                    "",
                    IsValidated: true,
                    [column],
                    TableName.Parse(references)
                ),
            ],
        };

    public static MigrationPlan Plan(params string[] tables) =>
        PlanFile.Parse(
            $"version: 1\ntables:\n{string.Join('\n', tables.Select(table => $"  - {table}"))}\n",
            "plan.yaml"
        );

    /// <summary>Code and subject of each finding.</summary>
    public static IEnumerable<string> Names(this PlanResolution resolution) =>
        resolution.Findings.Select(finding => $"{finding.Code} {finding.Subject}");

    private static CatalogColumn Column(string text)
    {
        var (name, type) = text.TrimEnd('!').Split(' ', 2) switch
        {
            var parts => (parts[0], parts[1]),
        };
        return new CatalogColumn(name, type, TypeShape.Of(type).Name, NeedsCast: false)
        {
            NotNull = text.EndsWith('!'),
        };
    }
}
