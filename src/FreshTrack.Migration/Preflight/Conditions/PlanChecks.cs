using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Runs the plan's own checks on the source: each row that a query returns is one case.</summary>
internal static class PlanChecks
{
    private const int Examples = 3;

    public static async Task<IReadOnlyList<Finding>> FindAsync(Survey survey, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        var secret = Secret(survey.Plan);
        foreach (var check in survey.Plan.Plan.Checks)
        {
            var answer = await survey.Source.TryAsync(
                () => RunAsync(survey.Source, check, secret, cancellationToken),
                cancellationToken
            );
            if (answer.Error is { } error)
            {
                findings.Add(NotRun(check, error));
            }
            else if (answer.Value is { Rows: > 0 } found)
            {
                findings.Add(found);
            }
        }

        return findings;
    }

    /// <summary>Names of the columns, on either side, whose values the plan does not let be shown.</summary>
    private static string[] Secret(ResolvedPlan plan) =>
        [
            .. plan
                .Tables.SelectMany(table => table.Columns)
                .Where(column => column.IsSecret)
                .SelectMany(column => new[] { column.Target, column.Expression.Text.Trim('"') })
                .Distinct(),
        ];

    /// <param name="secret">Columns of these names are not shown.</param>
    private static async Task<Finding> RunAsync(
        NpgsqlConnection source,
        PlanCheck check,
        string[] secret,
        CancellationToken cancellationToken
    )
    {
        // The columns of a case, in the order of the query.
        await using var command = source.Command(
            Sql.Format(
                $"""
                select (
                  select coalesce(string_agg(
                    case when name = any ($1) then '***' when value is null then '(null)'
                      when length(value) > 100 then left(value, 100) || '…' else value end, ', '), '')
                  from (
                    select name, regexp_replace(value, '[^[:space:],;<>"]+@[^[:space:],;<>"]+', '***', 'g') as value
                    from json_each_text(to_json(found)) as columns (name, value)) as shown)
                from {check.Cases}
                """
            ),
            (object)secret
        );
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var examples = new List<string>();
        var rows = 0L;
        for (; await reader.ReadAsync(cancellationToken); rows++)
        {
            if (examples.Count < Examples)
            {
                examples.Add(reader.GetString(0));
            }
        }

        return new Finding(FindingCodes.PlanCheck, check.Severity, $"checks.{check.Name}", check.Message, rows)
        {
            Examples = examples,
        };
    }

    /// <summary>Nobody knows what it would have found.</summary>
    private static Finding NotRun(PlanCheck check, PostgresException error)
    {
        var reason = Probe.IsAboutValue(error) ? $"it refuses a value (SQLSTATE {error.SqlState})" : error.MessageText;
        return new Finding(
            FindingCodes.PlanCheckNotRun,
            Verdict.Inconclusive,
            $"checks.{check.Name}",
            $"the source did not finish its query: {reason}; see line {check.Line} of the plan"
        );
    }
}
