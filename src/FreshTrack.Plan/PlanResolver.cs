namespace FreshTrack.Plan;

/// <param name="Plan">Null when a finding fails.</param>
public sealed record PlanResolution(ResolvedPlan? Plan, IReadOnlyList<Finding> Findings);

/// <summary>Holds a plan against the catalogs of both sides. Pure: the same plan and catalogs give the same findings in the same order.</summary>
public static class PlanResolver
{
    public static PlanResolution Resolve(MigrationPlan plan, Catalog source, Catalog target)
    {
        var findings = new List<Finding>(UnmappedTables(plan, source));
        var tables = new List<TableProjection>();
        foreach (var table in plan.Tables)
        {
            var from = source.Tables.GetValueOrDefault(table.Source);
            var to = target.Tables.GetValueOrDefault(table.Target);
            if (from is null)
            {
                findings.Add(Missing(FindingCodes.SourceTableMissing, table.Source, $"line {table.Line} of the plan moves it, but the source has no such table"));
            }

            if (to is null)
            {
                findings.Add(Missing(FindingCodes.TargetTableMissing, table.Target, $"line {table.Line} of the plan fills it, but the target has no such table; run the target's migrations"));
            }

            if (from is not null && to is not null)
            {
                tables.Add(new TableResolver(table, from, to, source, target).Resolve(findings));
            }
        }

        Combine(plan, findings);
        return new PlanResolution(findings.Exists(finding => finding.Verdict == Verdict.Fail) ? null : new ResolvedPlan(plan, tables), findings);
    }

    /// <summary>Whether a name of the plan's <c>leave</c> covers the table: by its name, or as <c>schema.*</c>.</summary>
    public static bool IsLeft(MigrationPlan plan, TableName table) => plan.Leave.Contains(table) || plan.Leave.Contains(table with { Name = "*" });

    private static IEnumerable<Finding> UnmappedTables(MigrationPlan plan, Catalog source)
    {
        var mapped = plan.Tables.Select(table => table.Source).ToHashSet();
        foreach (var table in source.Tables.Values.OrderBy(table => table.Name))
        {
            if (table.Kind != RelationKind.View && table.PartitionOf is null && !mapped.Contains(table.Name) && !IsLeft(plan, table.Name))
            {
                yield return new Finding(FindingCodes.TableNotMapped, Verdict.Fail, table.Name.ToString(), "the plan neither moves this source table nor names it under 'leave'", table.Rows);
            }
        }

        foreach (var name in plan.Leave.Where(name => name.Name != "*" && !source.Tables.ContainsKey(name) && !source.Sequences.Any(sequence => sequence.Name == name)))
        {
            yield return new Finding(FindingCodes.LeftTableMissing, Verdict.Warn, name.ToString(), "the plan leaves it behind, but the source has no such table");
        }
    }

    /// <summary>Rows of several sources may meet in one target, but not twice the same rows.</summary>
    private static void Combine(MigrationPlan plan, List<Finding> findings)
    {
        var doubled = plan.Tables.GroupBy(table => (table.Source, table.Target)).Where(group => group.Count() > 1);
        findings.AddRange(doubled.Select(group => new Finding(
            FindingCodes.MappedTwice, Verdict.Fail, group.Key.Source.ToString(),
            $"lines {string.Join(" and ", group.Select(table => table.Line))} of the plan both move it into {group.Key.Target}")));
    }

    private static Finding Missing(string code, TableName table, string message) => new(code, Verdict.Fail, table.ToString(), message);
}
