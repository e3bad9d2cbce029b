using FreshTrack.Plan;

namespace FreshTrack.Migration.Preflighting;

/// <summary>What stands on the target's tables besides their columns: triggers, rules, policies, exclusion
/// constraints.</summary>
internal static class TargetObjectCheck
{
    private static readonly Sql Triggers = new(
        "select 'trigger ' || string_agg(tgname, ', ' order by tgname) from pg_trigger where tgrelid = "
            + "$1::regclass and not tgisinternal and tgparentid = 0 and tgenabled <> 'D'"
    );

    private static readonly Sql Rules = new(
        "select 'rule ' || string_agg(rulename, ', ' order by rulename) from pg_rewrite where ev_class = "
            + "$1::regclass and rulename <> '_RETURN' and ev_enabled <> 'D'"
    );

    private static readonly Sql Policies = new(
        "select 'row level security, policies ' || coalesce((select string_agg(polname, ', ' order by "
            + "polname) from pg_policy where polrelid = c.oid), 'none') || ',' from pg_class c where c.oid = "
            + "$1::regclass and c.relrowsecurity"
    );

    public static async Task<IReadOnlyList<Finding>> FindAsync(Survey survey, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (var table in survey.Tables)
        {
            await AddAsync(
                table.Name,
                Triggers,
                FindingCodes.TargetTrigger,
                "is disabled while rows come in and enabled after: what it would do to them is not done"
            );
            await AddAsync(
                table.Name,
                Rules,
                FindingCodes.TargetRule,
                "rewrites what is inserted; drop the rule before the import, and create it again after"
            );
            await AddAsync(
                table.Name,
                Policies,
                FindingCodes.TargetRowSecurity,
                "hides rows from every role but the owner and those with BYPASSRLS"
            );
            foreach (var leaf in table.Target.Leaves)
            {
                await AddAsync(
                    leaf.Name,
                    Triggers,
                    FindingCodes.TargetTrigger,
                    "stands on a partition, where the import does not disable it: it fires for every row; "
                        + "disable it, or see that it changes none"
                );
            }

            findings.AddRange(
                table.Target.Exclusions.Select(exclusion => new Finding(
                    FindingCodes.ExclusionNotTested,
                    Verdict.Warn,
                    table.Subject(exclusion.Columns),
                    $"'{exclusion.Name}', {exclusion.Definition}, is tested only when it is put back after the rows"
                ))
            );
        }

        return findings;

        async Task AddAsync(TableName table, Sql query, string code, string what)
        {
            if (
                await survey.Target.ScalarAsync<string>(query, cancellationToken, Sql.Format($"{table}").Text) is
                { } found
            )
            {
                findings.Add(new Finding(code, Verdict.Warn, table.ToString(), $"{found} {what}"));
            }
        }
    }
}
