using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Preflighting;

/// <param name="Plan">Null when the plan does not fit the catalogs.</param>
public sealed record PreflightResult(ResolvedPlan? Plan, IReadOnlyList<Finding> Findings)
{
    public Verdict Verdict => Findings.Select(finding => finding.Verdict).Append(Verdict.Pass).Worst();
}

/// <summary>Finds, before a row moves, what would keep the plan from moving every row as it is. Only reads.</summary>
public static class Preflight
{
    public static async Task<PreflightResult> RunAsync(
        MigrationPlan plan, NpgsqlDataSource source, NpgsqlDataSource target, CancellationToken cancellationToken)
    {
        var resolution = PlanResolver.Resolve(plan, await Catalog.ReadAsync(source, cancellationToken), await Catalog.ReadAsync(target, cancellationToken));
        var findings = resolution.Findings.ToList();
        if (resolution.Plan is { } resolved)
        {
            findings.AddRange(await SourceAsync(source, resolved, cancellationToken));
            findings.AddRange(await TargetAsync(target, resolved, cancellationToken));
        }

        return new PreflightResult(resolution.Plan, findings);
    }

    private static async Task<IReadOnlyList<Finding>> SourceAsync(NpgsqlDataSource source, ResolvedPlan plan, CancellationToken cancellationToken)
    {
        await using var connection = await Sessions.OpenAsync(source, "freshtrack-preflight", cancellationToken);
        var findings = await ExpressionsAsync(connection, plan, cancellationToken);
        if (findings.Count > 0)
        {
            return findings;
        }

        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        return await DataChecks.RunAsync(connection, plan, cancellationToken);
    }

    /// <summary>Has the source parse every expression, without reading a row.</summary>
    private static async Task<List<Finding>> ExpressionsAsync(NpgsqlConnection source, ResolvedPlan plan, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (var table in plan.Tables)
        {
            var parts = table.Columns
                .Select(column => (Subject: $"{table.Target}.{column.Target}", What: $"'{column.Expression}'", Sql: Sql.Format($"select {column.Transport} from {table.Source} limit 0")))
                .Append(("" + table.Source, "'where'", Sql.Format($"select from {table.Source} where {Sql.Expression(table.Plan.Where ?? "true")} limit 0")));
            foreach (var (subject, what, sql) in parts)
            {
                try
                {
                    await source.ExecuteAsync(sql, cancellationToken);
                }
                catch (PostgresException error)
                {
                    var (code, advice) = error.SqlState == PostgresErrorCodes.InsufficientPrivilege
                        ? ("source-not-readable", $"; grant select on {table.Source} to this role")
                        : ("expression-invalid", $"; see line {table.Plan.Line} of the plan");
                    findings.Add(new Finding(code, Verdict.Fail, subject, $"the source refuses {what}: {error.MessageText}{advice}"));
                }
            }
        }

        return findings;
    }

    private static async Task<IReadOnlyList<Finding>> TargetAsync(NpgsqlDataSource target, ResolvedPlan plan, CancellationToken cancellationToken)
    {
        await using var connection = await Sessions.OpenAsync(target, "freshtrack-preflight", cancellationToken);
        var findings = new List<Finding>();
        foreach (var table in plan.Tables.Select(table => table.Target).Distinct())
        {
            var rows = await connection.ScalarAsync<long>(Sql.Format($"select count(*) from (select from {table} limit 1000000) counted"), cancellationToken);
            if (rows > 0)
            {
                findings.Add(new Finding("target-not-empty", Verdict.Fail, table.ToString(), "the target table has rows already; empty it, or resume the run that wrote them", rows));
            }
        }

        return findings;
    }
}
