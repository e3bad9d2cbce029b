using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Has the source parse every expression of the plan, without reading a row.</summary>
internal static class ExpressionCheck
{
    public static async Task<IReadOnlyList<Finding>> FindAsync(Survey survey, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (var table in survey.Plan.Tables)
        {
            var parts = table
                .Columns.Select(column =>
                    (
                        Subject: $"{table.Target}.{column.Target}",
                        What: $"'{column.Expression}'",
                        Sql: Sql.Format($"select {column.Transport} from {table.Source} limit 0")
                    )
                )
                .Append(
                    (
                        table.Source.ToString(),
                        "'where'",
                        Sql.Format($"select from {table.Source} where {new SourceRows(table).Filter} limit 0")
                    )
                );
            foreach (var (subject, what, sql) in parts)
            {
                await ParseAsync(subject, what, table.Plan.Line, sql);
            }
        }

        foreach (var check in survey.Plan.Plan.Checks)
        {
            await ParseAsync(
                $"checks.{check.Name}",
                "its query",
                check.Line,
                Sql.Format($"select from {check.Cases} limit 0")
            );
        }

        return findings;

        async Task ParseAsync(string subject, string what, int line, Sql sql)
        {
            try
            {
                // With a value, even one that is not used, the server takes one statement and no more.
                await survey.Source.ExecuteAsync(sql, cancellationToken, 0);
            }
            catch (PostgresException error)
            {
                findings.Add(
                    new Finding(
                        FindingCodes.ExpressionInvalid,
                        Verdict.Fail,
                        subject,
                        $"the source refuses {what}: {error.MessageText}; see line {line} of the plan"
                    )
                );
            }
        }
    }
}
