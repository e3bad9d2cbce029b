using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Has the source parse every expression of the plan, without reading a row.</summary>
internal static class ExpressionChecks
{
    public static async Task<IReadOnlyList<Finding>> RunAsync(
        NpgsqlConnection source,
        ResolvedPlan plan,
        CancellationToken cancellationToken
    )
    {
        var findings = new List<Finding>();
        foreach (var table in plan.Tables)
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
                        Sql.Format($"select from {table.Source} where {RowKey.Where(table)} limit 0")
                    )
                );
            foreach (var (subject, what, sql) in parts)
            {
                try
                {
                    await source.ExecuteAsync(sql, cancellationToken);
                }
                catch (PostgresException error)
                {
                    findings.Add(
                        new Finding(
                            FindingCodes.ExpressionInvalid,
                            Verdict.Fail,
                            subject,
                            $"the source refuses {what}: {error.MessageText}; see line {table.Plan.Line} of the plan"
                        )
                    );
                }
            }
        }

        return findings;
    }
}
