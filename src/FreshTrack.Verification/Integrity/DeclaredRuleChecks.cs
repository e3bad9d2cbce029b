namespace FreshTrack.Verification.Integrity;

/// <summary>Every rule that the target declares of the rows of a plan's table, re-tested on the data: all rules of a
/// table in one scan.</summary>
internal static class DeclaredRuleChecks
{
    /// <remarks>A single partition may be empty: that rows are missing is seen where the whole table is read.</remarks>
    public static IEnumerable<ICheck> For(string check, IEnumerable<DeclaredRule> declared, PlannedTables planned) =>
        from rule in declared
        where planned.Contains(rule.Root)
        group rule.Rule by (rule.Table, rule.Root) into rules
        let rows = new RuledRows(
            rules.Key.Table,
            [.. rules],
            planned.KeyOf(rules.Key.Root),
            planned.SecretOf(rules.Key.Root)
        )
        select rows.ToCheck(
            check,
            $"{rows.Rules.Count} rules hold.",
            planned.MayBeEmpty(rules.Key.Root) || rules.Key.Table != rules.Key.Root
        );
}
