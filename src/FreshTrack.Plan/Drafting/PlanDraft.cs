namespace FreshTrack.Plan.Drafting;

/// <summary>Drafts a plan file from two catalogs. Pure: the same catalogs give the same text.</summary>
/// <remarks>
/// The draft is resolved as any plan is, and what is found stands in it as a question: what the questions ask is what
/// preflight finds in the draft,
/// besides guesses and target tables that nothing fills. Nothing is left behind by the draft itself.
/// </remarks>
public static class PlanDraft
{
    /// <param name="schema">Where the plan file's JSON schema lies, as seen from the draft; for editors.</param>
    /// <exception cref="RefusedException">No source table has a counterpart.</exception>
    public static string Write(Catalog source, Catalog target, string schema)
    {
        var (pairs, unfilled) = TableMatches.Find(source, target);
        if (pairs.Count == 0)
        {
            throw new RefusedException(
                $"None of the source's {source.Tables.Count} tables has a counterpart among the target's "
                    + $"{target.Tables.Count}. Run the target's migrations first, and check which database "
                    + "each address names."
            );
        }

        var order = TableOrder
            .ParentsFirst(pairs.Select(pair => pair.Target.Name).Order(), target)
            .Index()
            .ToDictionary(item => item.Item, item => item.Index);
        var drafted = pairs
            .OrderBy(pair => order[pair.Target.Name])
            .Select(pair => new DraftTable(pair, ColumnMatches.Guess(pair)))
            .ToList();
        var tables = UserColumns.Name(drafted, source);
        var plan = new MigrationPlan([.. tables.Select(table => table.Plan)], []) { Hash = "" };
        return DraftText.Write(schema, tables, unfilled, PlanResolver.Resolve(plan, source, target).Findings);
    }
}
