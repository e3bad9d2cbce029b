using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Preflighting;

/// <summary>What only the rows can tell: which of them the target would round, cut or refuse.</summary>
internal static class RowCheck
{
    public static Task<IReadOnlyList<Finding>> FindAsync(Survey survey, CancellationToken cancellationToken) =>
        FindAsync(survey.Source, survey.Plan, cancellationToken);

    /// <summary>Needs no target; the export asks again, under its own snapshot.</summary>
    /// <param name="source">In a transaction.</param>
    public static async Task<IReadOnlyList<Finding>> FindAsync(
        NpgsqlConnection source,
        ResolvedPlan plan,
        CancellationToken cancellationToken
    )
    {
        var findings = new List<Finding>();
        foreach (var table in plan.Tables)
        {
            var scan = new ConditionScan(source, new SourceRows(table));
            var conditions = table.Columns.SelectMany(column => RowConditions.Of(table, column, plan.Users)).ToList();
            findings.AddRange(await scan.RunAsync(conditions, cancellationToken));
        }

        findings.AddRange(await UserCheck.FindRefusedAsync(source, plan, cancellationToken));
        return findings;
    }
}
