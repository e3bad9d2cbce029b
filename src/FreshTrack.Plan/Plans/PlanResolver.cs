namespace FreshTrack.Plan;

/// <param name="Plan">Null when a finding fails.</param>
public sealed record PlanResolution(ResolvedPlan? Plan, IReadOnlyList<Finding> Findings)
{
    /// <summary>The tables that both sides have, also when something else stands in the way of the plan as a
    /// whole.</summary>
    public IReadOnlyList<TableProjection> Tables { get; init; } = [];
}

/// <summary>Holds a plan against the catalogs of both sides. Pure: the same plan and catalogs give the same findings in
/// the same order.</summary>
public static class PlanResolver
{
    /// <remarks>The tables come parents first, by the target's foreign keys.</remarks>
    public static PlanResolution Resolve(MigrationPlan plan, Catalog source, Catalog target)
    {
        var findings = new List<Finding>(UnmappedTables(plan, source));
        var tables = new List<TableProjection>();
        foreach (var entries in plan.Tables.GroupBy(table => table.Source))
        {
            tables.AddRange(ResolveSource(plan, entries, source, target, findings));
        }

        findings.AddRange(SharedTargets.Disagreements(TargetTable.AllOf(tables), target));
        var ordered = InOrder(plan, tables, target);
        var resolved = findings.Exists(finding => finding.Verdict == Verdict.Fail)
            ? null
            : new ResolvedPlan(plan, ordered);
        return new PlanResolution(resolved, findings) { Tables = ordered };
    }

    /// <summary>Whether a name of the plan's <c>leave</c> covers the table: by its name, or as
    /// <c>schema.*</c>.</summary>
    public static bool IsLeft(MigrationPlan plan, TableName table) =>
        plan.Leave.Contains(table) || plan.Leave.Contains(table with { Name = "*" });

    private static IEnumerable<Finding> UnmappedTables(MigrationPlan plan, Catalog source)
    {
        var mapped = plan.Tables.Select(table => table.Source).ToHashSet();
        foreach (var table in source.Tables.Values.OrderBy(table => table.Name))
        {
            if (
                table.Kind != RelationKind.View
                && table.PartitionOf is null
                && !mapped.Contains(table.Name)
                && !IsLeft(plan, table.Name)
            )
            {
                yield return new Finding(
                    FindingCodes.TableNotMapped,
                    Verdict.Fail,
                    table.Name.ToString(),
                    "the plan neither moves this source table nor names it under 'leave'",
                    table.Rows
                );
            }
        }

        foreach (
            var name in plan.Leave.Where(name =>
                name.Name != "*"
                && !source.Tables.ContainsKey(name)
                && !source.Sequences.Any(sequence => sequence.Name == name)
            )
        )
        {
            yield return new Finding(
                FindingCodes.LeftTableMissing,
                Verdict.Warn,
                name.ToString(),
                "the plan leaves it behind, but the source has no such table"
            );
        }
    }

    /// <summary>A source may go into several targets: its columns are mapped when any of them takes or leaves
    /// them.</summary>
    private static List<TableProjection> ResolveSource(
        MigrationPlan plan,
        IGrouping<TableName, TablePlan> entries,
        Catalog source,
        Catalog target,
        List<Finding> findings
    )
    {
        var tables = new List<TableProjection>();
        var mapped = new HashSet<string>();
        var from = source.Tables.GetValueOrDefault(entries.Key);
        foreach (var table in entries)
        {
            var to = target.Tables.GetValueOrDefault(table.Target);
            if (from is null)
            {
                findings.Add(
                    Missing(
                        FindingCodes.SourceTableMissing,
                        table.Source,
                        $"line {table.Line} of the plan moves it, but the source has no such table"
                    )
                );
            }

            if (to is null)
            {
                findings.Add(
                    Missing(
                        FindingCodes.TargetTableMissing,
                        table.Target,
                        $"line {table.Line} of the plan fills it, but the target has no such table; run the "
                            + "target's migrations"
                    )
                );
            }

            if (from is not null && to is not null)
            {
                var secret = plan.Targets.First(whole => whole.Name == table.Target).Secret.ToHashSet();
                var resolver = new TableResolver(table, from, to, source, target, secret);
                tables.Add(resolver.Resolve(findings));
                mapped.UnionWith(resolver.Mapped);
            }
        }

        // What a missing target would have taken is not known.
        if (from is not null && tables.Count == entries.Count())
        {
            findings.AddRange(
                from.Columns.Where(column => !mapped.Contains(column.Name))
                    .Select(column => new Finding(
                        FindingCodes.ColumnNotMapped,
                        Verdict.Fail,
                        $"{from.Name}.{column.Name}",
                        "no target column takes it and the plan does not name it under 'leave'"
                    ))
            );
        }

        return tables;
    }

    private static List<TableProjection> InOrder(MigrationPlan plan, List<TableProjection> tables, Catalog target)
    {
        var order = TableOrder
            .ParentsFirst(plan.Tables.Select(table => table.Target), target)
            .Index()
            .ToDictionary(item => item.Item, item => item.Index);
        return [.. tables.OrderBy(table => order[table.Target]).ThenBy(table => table.Plan.Line)];
    }

    private static Finding Missing(string code, TableName table, string message) =>
        new(code, Verdict.Fail, table.ToString(), message);
}
