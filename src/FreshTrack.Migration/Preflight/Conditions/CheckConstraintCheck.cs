using FreshTrack.Plan;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Rows that a CHECK of the target, or of a column's domain, would refuse.</summary>
internal static class CheckConstraintCheck
{
    public static async Task<IReadOnlyList<Finding>> FindAsync(Survey survey, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (var table in survey.Tables)
        {
            var conditions = new List<Condition>();
            foreach (
                var check in table.Target.Checks.Where(check => check.IsEnforced && !IsGuaranteed(survey, table, check))
            )
            {
                var subject = table.Subject(check.Columns);
                var what = $"CHECK '{check.Name}', {check.Definition}";
                if (survey.ForSource(check.Expression!) is { } expression)
                {
                    var hit = Sql.Format($"({Sql.Expression(expression)}) is false");
                    conditions.Add(
                        new Condition(FindingCodes.CheckViolated, Verdict.Fail, subject, what, hit)
                        {
                            Columns = table.NamedIn(check.Expression),
                        }
                    );
                }
                else
                {
                    findings.Add(Probe.NotTestable(subject, what, "the source lacks the enum whose order it compares"));
                }
            }

            conditions.AddRange(table.Target.Columns.SelectMany(column => DomainConditions.Of(survey, table, column)));
            findings.AddRange(await new ConditionScan(survey.Source, table).RunAsync(conditions, cancellationToken));
        }

        return findings;
    }

    /// <summary>The source holds the same condition over the same columns.</summary>
    private static bool IsGuaranteed(Survey survey, MappedTable table, CatalogConstraint check) =>
        table.Entries is [var entry]
        && survey
            .SourceCatalog.Tables[entry.Source]
            .Checks.Any(own => own.IsValidated && own.IsEnforced && own.Expression == check.Expression)
        && table
            .NamedIn(check.Expression)
            .All(name =>
                table.SameInSource(name) is { } plain
                && plain.Name == name
                && plain.TransportType == table.Target.Column(name)!.TransportType
            );
}
