using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Preflighting;

/// <summary>What only the rows can tell: which of them the target would round, cut or refuse. One scan a table counts every kind.</summary>
internal static class DataChecks
{
    public static async Task<IReadOnlyList<Finding>> RunAsync(NpgsqlConnection source, ResolvedPlan plan, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (var table in plan.Tables)
        {
            var checks = table.Columns.SelectMany(column => RowChecks.Of(table, column)).ToList();
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
        NpgsqlConnection source, TableProjection table, List<RowCheck> checks, List<Finding> findings, CancellationToken cancellationToken)
    {
        var counts = Sql.Join(", ", checks.Select(check => Sql.Format($"count(*) filter (where {check.Hit})")));
        var rows = await source.ListAsync(
            Sql.Format($"select {counts} from {table.Source} where {Where(table)}"),
            row => Enumerable.Range(0, checks.Count).Select(row.GetInt64).ToList(),
            cancellationToken);
        foreach (var (check, hit) in checks.Zip(rows[0]).Where(item => item.Second > 0))
        {
            findings.Add(new Finding(check.Code, Verdict.Fail, $"{table.Target}.{check.Column}", check.Message, hit)
            {
                Examples = await ExamplesAsync(source, table, check.Hit, cancellationToken),
            });
        }
    }

    private static async Task<IReadOnlyList<string>> ExamplesAsync(NpgsqlConnection source, TableProjection table, Sql hit, CancellationToken cancellationToken)
    {
        var key = table.Columns.Where(column => table.Key.Contains(column.Target, StringComparer.Ordinal) && !column.IsSecret)
            .Select(column => Sql.Format($"({column.Expression})::text")).ToList();
        var shown = key.Count > 0 ? Sql.Format($"concat_ws(', ', {Sql.Join(", ", key)})") : new Sql("'a row without a key'");
        return await source.ListAsync(
            Sql.Format($"select {shown} from {table.Source} where ({hit}) and {Where(table)} limit 3"), row => row.GetString(0), cancellationToken);
    }

    private static async Task FindUsersWithoutEmailAsync(NpgsqlConnection source, TableProjection users, List<Finding> findings, CancellationToken cancellationToken)
    {
        var without = await source.ListAsync(
            Sql.Format($"select id::text, count(*) over () from {users.Source} where nullif(btrim(email), '') is null and {Where(users)} order by id limit 3"),
            row => (Id: row.GetString(0), Count: row.GetInt64(1)),
            cancellationToken);
        if (without.Count > 0)
        {
            findings.Add(new Finding("user-without-email", Verdict.Fail, $"{users.Source}.email", "Stack Auth needs an e-mail address to create a user", without[0].Count)
            {
                Examples = [.. without.Select(user => user.Id)],
            });
        }
    }

    private static Sql Where(TableProjection table) => Sql.Format($"({Sql.Expression(table.Plan.Where ?? "true")})");
}
