using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Rows that a CHECK of the target, or of a column's domain, would refuse.</summary>
internal static class CheckConstraintChecks
{
    public static async Task<IReadOnlyList<Finding>> RunAsync(
        NpgsqlConnection source,
        Survey survey,
        CancellationToken cancellationToken
    )
    {
        var findings = new List<Finding>();
        foreach (var table in survey.Tables)
        {
            var conditions = new List<TargetCondition>();
            foreach (
                var check in table.Target.Checks.Where(check => check.IsEnforced && !IsGuaranteed(survey, table, check))
            )
            {
                var what = $"CHECK '{check.Name}', {check.Definition}";
                if (survey.ForSource(check.Expression!) is { } expression)
                {
                    conditions.Add(
                        new TargetCondition(
                            FindingCodes.CheckViolated,
                            Verdict.Fail,
                            table.Subject(check.Columns),
                            what,
                            table.NamedIn(check.Expression),
                            Sql.Format($"({Sql.Expression(expression)}) is false")
                        )
                    );
                }
                else
                {
                    findings.Add(
                        TargetConditions.NotTestable(
                            table.Subject(check.Columns),
                            what,
                            "the source lacks the enum whose order it compares"
                        )
                    );
                }
            }

            conditions.AddRange(table.Target.Columns.SelectMany(column => DomainConditions.Of(survey, table, column)));
            findings.AddRange(await TargetConditions.RunAsync(source, table, conditions, cancellationToken));
        }

        return findings;
    }

    /// <summary>The source holds the same condition over the same columns.</summary>
    private static bool IsGuaranteed(Survey survey, MappedTable table, CatalogConstraint check) =>
        table.Entries is [var entry]
        && survey
            .Source.Tables[entry.Source]
            .Checks.Any(own => own.IsValidated && own.IsEnforced && own.Expression == check.Expression)
        && table
            .NamedIn(check.Expression)
            .All(name =>
                table.SameInSource(name) is { } plain
                && plain.Name == name
                && plain.TransportType == table.Target.Column(name)!.TransportType
            );
}
