using FreshTrack.Plan;

namespace FreshTrack.Verification.Integrity;

/// <summary>What is said to have happened did not happen after now.</summary>
internal static class FutureTimestampChecks
{
    public static IEnumerable<ICheck> For(PlannedTables planned, DateTimeOffset now) =>
        from table in planned.All
        let columns = TimestampColumns.Of(table).Where(column => !TimestampColumns.IsAppointment(column.Target)).Select(column => column.Target).ToList()
        where columns.Count > 0
        select Check(table, columns, table.Secret, now.UtcDateTime);

    private static TargetCheck Check(PlannedTable table, List<string> columns, IReadOnlySet<string> secret, DateTime now) => new(
        CheckNames.FutureTimestamps,
        table.Target.ToString(),
        async (target, cancellationToken) =>
        {
            var later = Sql.Join(" or ", columns.Select(column => Sql.Format($"t.{new Identifier(column)} > $1")));
            var name = Tally.NameOf(new Sql("t"), table.Key.Union(columns, StringComparer.Ordinal), secret);
            var tally = await Tally.AskAsync(target, table.Target, Sql.Format($"select {name} as name from {table.Target} as t where {later}"), cancellationToken, now);
            return tally.Judge($"rows of {table.Target} lie after {now:yyyy-MM-ddTHH:mm:ssZ}", $"{columns.Count} columns lie in the past.", table.MayBeEmpty);
        });
}
