using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Preflighting;

/// <summary>What only the rows can tell: which of them the target would round, cut or refuse. One scan a table counts
/// every kind.</summary>
internal static class DataChecks
{
    /// <summary>PostgreSQL 16 can say whether a text is a value of a type.</summary>
    private const int KnowsValidInput = 16;

    /// <param name="source">In a transaction.</param>
    public static async Task<IReadOnlyList<Finding>> RunAsync(
        NpgsqlConnection source,
        ResolvedPlan plan,
        CancellationToken cancellationToken
    )
    {
        var findings = new List<Finding>();
        foreach (var table in plan.Tables)
        {
            var checks = table.Columns.SelectMany(column => RowChecks.Of(table, column, plan.Users)).ToList();
            if (checks.Count > 0)
            {
                await CountAsync(source, table, checks, findings, cancellationToken);
            }
        }

        if (plan.Users is { } users)
        {
            await FindUsersWithoutEmailAsync(source, users, findings, cancellationToken);
        }

        return findings;
    }

    private static async Task CountAsync(
        NpgsqlConnection source,
        TableProjection table,
        List<RowCheck> checks,
        List<Finding> findings,
        CancellationToken cancellationToken
    )
    {
        var found = new List<Finding>();
        var error = await source.TryAsync(
            async () => await CountAllAsync(source, table, checks, found, cancellationToken),
            cancellationToken
        );
        if (error is null)
        {
            findings.AddRange(found);
        }
        else if (checks is [var check])
        {
            findings.Add(await RefusedAsync(source, table, check, error, cancellationToken));
        }
        else
        {
            // One value that cannot be cast ends the scan of all: column by column, casts first, it is found whose it
            // is.
            foreach (
                var column in checks
                    .OrderBy(item => item.Code != FindingCodes.ValueDoesNotCast)
                    .GroupBy(item => item.Column)
            )
            {
                var before = findings.Count;
                foreach (
                    var item in column.TakeWhile(_ =>
                        !findings.Skip(before).Any(finding => finding.Code == FindingCodes.ValueDoesNotCast)
                    )
                )
                {
                    await CountAsync(source, table, [item], findings, cancellationToken);
                }
            }
        }
    }

    private static async Task CountAllAsync(
        NpgsqlConnection source,
        TableProjection table,
        List<RowCheck> checks,
        List<Finding> findings,
        CancellationToken cancellationToken
    )
    {
        var counts = Sql.Join(", ", checks.Select(check => Sql.Format($"count(*) filter (where {check.Hit})")));
        var rows = await source.ListAsync(
            Sql.Format($"select {counts} from {table.Source} where {RowKey.Where(table)}"),
            row => Enumerable.Range(0, checks.Count).Select(row.GetInt64).ToList(),
            cancellationToken
        );
        foreach (var (check, hit) in checks.Zip(rows[0]).Where(item => item.Second > 0))
        {
            findings.Add(
                new Finding(check.Code, Verdict.Fail, $"{table.Target}.{check.Column}", check.Message, hit)
                {
                    Examples = await ExamplesAsync(source, table, check.Hit, cancellationToken),
                }
            );
        }
    }

    /// <summary>The source could not even compute the check: because of a value, or because the types have nothing to
    /// do with each other.</summary>
    private static async Task<Finding> RefusedAsync(
        NpgsqlConnection source,
        TableProjection table,
        RowCheck check,
        PostgresException error,
        CancellationToken cancellationToken
    )
    {
        var subject = $"{table.Target}.{check.Column}";
        if (!Probe.IsAboutData(error))
        {
            return TargetConditions.NotTestable(subject, check.Message, Probe.Reason(error));
        }

        var column = table.Columns.First(item => item.Target == check.Column);
        var finding = new Finding(
            FindingCodes.ValueDoesNotCast,
            Verdict.Fail,
            subject,
            $"values that the source cannot turn into {column.TransportType} (SQLSTATE {error.SqlState}); "
                + "write an expression that can under 'columns', or leave the rows behind with 'where'"
        );
        if (source.PostgreSqlVersion.Major < KnowsValidInput)
        {
            return finding;
        }

        var found = new List<Finding>();
        var valid = Sql.Format($"pg_input_is_valid(({column.Expression})::text, {Sql.Literal(column.TransportType)})");
        await source.TryAsync(
            async () =>
                await CountAllAsync(
                    source,
                    table,
                    [check with { Hit = Sql.Format($"not {valid}") }],
                    found,
                    cancellationToken
                ),
            cancellationToken
        );
        return found is [var counted] ? finding with { Rows = counted.Rows, Examples = counted.Examples } : finding;
    }

    private static async Task<IReadOnlyList<string>> ExamplesAsync(
        NpgsqlConnection source,
        TableProjection table,
        Sql hit,
        CancellationToken cancellationToken
    ) =>
        await source.ListAsync(
            Sql.Format(
                $"select {RowKey.Of(table)} from {table.Source} where ({hit}) and {RowKey.Where(table)} limit 3"
            ),
            row => row.GetString(0),
            cancellationToken
        );

    private static async Task FindUsersWithoutEmailAsync(
        NpgsqlConnection source,
        TableProjection users,
        List<Finding> findings,
        CancellationToken cancellationToken
    )
    {
        var without = await source.ListAsync(
            Sql.Format(
                $"select id::text, count(*) over () from {users.Source} where nullif(btrim(email), '') is "
                    + $"null and {RowKey.Where(users)} order by id limit 3"
            ),
            row => (Id: row.GetString(0), Count: row.GetInt64(1)),
            cancellationToken
        );
        if (without.Count > 0)
        {
            findings.Add(
                new Finding(
                    FindingCodes.UserWithoutEmail,
                    Verdict.Fail,
                    $"{users.Source}.email",
                    "Stack Auth needs an e-mail address to create a user",
                    without[0].Count
                )
                {
                    Examples = [.. without.Select(user => user.Id)],
                }
            );
        }
    }
}
