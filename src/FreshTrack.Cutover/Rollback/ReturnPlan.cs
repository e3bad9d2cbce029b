using FreshTrack.Plan;

namespace FreshTrack.Cutover.Rollback;

/// <summary>The plan of a return: the plan of the move without what the cutover itself changes on the target.</summary>
public static class ReturnPlan
{
    /// <summary>Columns that the cutover sets on the target alone. The source keeps its own values, and no difference
    /// in them counts: webhooks are pointed back by a step of their own.</summary>
    public static IReadOnlyList<(TableName Source, string Column)> OwnColumns { get; } =
    [(new TableName("public", "ttn_connections"), "ttn_webhook_url")];

    /// <summary>The same plan with these source columns left behind.</summary>
    public static MigrationPlan Without(MigrationPlan plan, IReadOnlyList<(TableName Source, string Column)> columns) =>
        new([.. plan.Tables.Select(table => Without(table, columns))], plan.Leave)
        {
            Hash = plan.Hash,
            Checks = plan.Checks,
        };

    private static TablePlan Without(TablePlan table, IReadOnlyList<(TableName Source, string Column)> columns)
    {
        var left = columns
            .Where(item => item.Source == table.Source && !table.Leave.Contains(item.Column))
            .Select(item => item.Column)
            .ToList();
        return left.Count == 0
            ? table
            : table with
            {
                Leave = [.. table.Leave, .. left],
                Columns = table
                    .Columns.Where(pair => !left.Contains(pair.Value.Trim().Trim('"')))
                    .ToDictionary(pair => pair.Key, pair => pair.Value),
            };
    }
}
