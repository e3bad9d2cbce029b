using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Preflighting;

/// <summary>What the checks look at: the plan, both databases with their catalogs, and for each target table all that
/// will fill it.</summary>
internal sealed class Survey
{
    public Survey(
        ResolvedPlan plan,
        (NpgsqlConnection Connection, Catalog Catalog) source,
        (NpgsqlConnection Connection, Catalog Catalog) target
    )
    {
        Plan = plan;
        (Source, SourceCatalog) = source;
        (Target, TargetCatalog) = target;
        Tables =
        [
            .. plan.Targets.Select(table => new MappedTable(TargetCatalog.Tables[table.Name], table.Entries, this)),
        ];
    }

    public ResolvedPlan Plan { get; }

    public NpgsqlConnection Source { get; }

    public Catalog SourceCatalog { get; }

    public NpgsqlConnection Target { get; }

    public Catalog TargetCatalog { get; }

    public IReadOnlyList<MappedTable> Tables { get; }

    /// <summary>Null when the plan does not fill the table.</summary>
    public MappedTable? Filled(TableName target) => Tables.FirstOrDefault(table => table.Name == target);

    /// <summary>The enum type of a column or of its elements, if the source has one that can stand in for the
    /// target's.</summary>
    public bool HasEnumOf(CatalogColumn column) => Has(ElementOf(column.Type));

    /// <summary>A condition of the target as the source can read it; null when it needs the order of an enum that the
    /// source lacks.</summary>
    public string? ForSource(string condition)
    {
        foreach (var type in TargetCatalog.Enums.Keys.Where(type => condition.Contains($"::{type}") && !Has(type)))
        {
            if (ComparesOrder(condition))
            {
                return null;
            }

            condition = condition.Replace($"::{type}", "::text");
        }

        return condition;
    }

    // Every label of the target must be there, in the same order: conditions may compare with it.
    private bool Has(string type) =>
        TargetCatalog.Enums.TryGetValue(type, out var wanted)
        && SourceCatalog.Enums.TryGetValue(type, out var labels)
        && labels.Where(label => wanted.Contains(label)).SequenceEqual(wanted);

    private static string ElementOf(string type) => type.EndsWith("[]") ? type[..^2] : type;

    private static bool ComparesOrder(string condition) =>
        condition.Replace("<>", "").Replace("->", "").AsSpan().IndexOfAny('<', '>') >= 0;
}
