namespace FreshTrack.Verification.Rules;

/// <summary>What is said to have happened did not happen after now.</summary>
internal static class FutureTimestampChecks
{
    public static IEnumerable<ICheck> For(ResolvedPlan plan, DateTimeOffset now) =>
        from table in plan.Targets
        let columns = TimestampColumns
            .Of(table)
            .Where(column => !TimestampColumns.IsAppointment(column.Target))
            .Select(column => column.Target)
            .ToList()
        where columns.Count > 0
        select new RuledRows(
            table.Name,
            [.. columns.Select(column => Later(column, now))],
            [.. table.Key.Union(columns)],
            table.Secret
        ).ToCheck(
            CheckNames.FutureTimestamps,
            $"Every time of {columns.Count} columns lies in the past.",
            table.MayBeEmpty
        );

    private static RowRule Later(string column, DateTimeOffset now)
    {
        var limit = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'");
        return new RowRule(
            $"{column} lies after {limit}",
            Sql.Format($"{new Identifier(column)} > timestamptz {Sql.Literal(limit)}")
        );
    }
}
