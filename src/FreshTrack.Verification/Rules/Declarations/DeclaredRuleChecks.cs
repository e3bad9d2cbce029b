namespace FreshTrack.Verification.Rules;

/// <summary>Every rule that the target declares of the rows of a plan's table, re-tested on the data: all rules of a
/// table in one scan.</summary>
internal static class DeclaredRuleChecks
{
    /// <remarks>A single partition may be empty: that rows are missing is seen where the whole table is read.</remarks>
    public static IEnumerable<ICheck> For(string check, IEnumerable<DeclaredRule> declared, ResolvedPlan plan) =>
        from rule in declared
        let table = plan.FindTarget(rule.Root)
        where table is not null
        group rule.Rule by (rule.Table, Planned: table) into rules
        let rows = new RuledRows(rules.Key.Table, [.. rules], rules.Key.Planned.Key, rules.Key.Planned.Secret)
        select rows.ToCheck(
            check,
            $"{rows.Rules.Count} rules hold.",
            rules.Key.Planned.MayBeEmpty || rules.Key.Table != rules.Key.Planned.Name
        );
}
