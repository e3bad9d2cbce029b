using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Preflighting;

/// <summary>A condition of the target, turned around: true for the rows that would break it.</summary>
/// <param name="Columns">Target columns that <paramref name="Hit"/> names.</param>
internal sealed record TargetCondition(
    string Code,
    Verdict Verdict,
    string Subject,
    string Message,
    IReadOnlyList<string> Columns,
    Sql Hit
);

/// <summary>Counts on the source what would break conditions of the target: one scan a table, as long as the source can
/// read them all.</summary>
internal static class TargetConditions
{
    public static async Task<IReadOnlyList<Finding>> RunAsync(
        NpgsqlConnection source,
        MappedTable table,
        IReadOnlyList<TargetCondition> conditions,
        CancellationToken cancellationToken
    )
    {
        if (conditions.Count == 0)
        {
            return [];
        }

        var findings = new List<Finding>();
        var error = await source.TryAsync(
            async () => findings.AddRange(await CountAsync(source, table, conditions, cancellationToken)),
            cancellationToken
        );
        if (error is null)
        {
            return findings;
        }

        if (conditions is [var condition])
        {
            return [NotTestable(condition.Subject, condition.Message, Probe.Reason(error))];
        }

        findings.Clear();
        foreach (var single in conditions)
        {
            findings.AddRange(await RunAsync(source, table, [single], cancellationToken));
        }

        return findings;
    }

    /// <param name="what">The constraint, with its name.</param>
    public static Finding NotTestable(string subject, string what, string reason) =>
        new(
            FindingCodes.ConstraintNotTestable,
            Verdict.Warn,
            subject,
            $"{what}: could not be tested before the move: {reason}. The target tests it when the rows are there"
        );

    private static async Task<List<Finding>> CountAsync(
        NpgsqlConnection source,
        MappedTable table,
        IReadOnlyList<TargetCondition> conditions,
        CancellationToken cancellationToken
    )
    {
        var columns = conditions.SelectMany(condition => condition.Columns).Distinct().ToList();
        var counts = Sql.Join(
            ", ",
            conditions.Select(condition => Sql.Format($"count(*) filter (where {condition.Hit})"))
        );
        var rows = await source.ListAsync(
            Sql.Format($"select {counts} from {table.Rows(columns, table.Name.Name)}"),
            row => Enumerable.Range(0, conditions.Count).Select(row.GetInt64).ToList(),
            cancellationToken
        );
        var findings = new List<Finding>();
        foreach (var (condition, hit) in conditions.Zip(rows[0]).Where(item => item.Second > 0))
        {
            findings.Add(
                new Finding(condition.Code, condition.Verdict, condition.Subject, condition.Message, hit)
                {
                    Examples = await source.ListAsync(
                        Sql.Format(
                            $"select {MappedTable.Key} from "
                                + $"{table.Rows(condition.Columns, table.Name.Name, withKey: true)} where "
                                + $"{condition.Hit} limit 3"
                        ),
                        row => row.GetString(0),
                        cancellationToken
                    ),
                }
            );
        }

        return findings;
    }
}
