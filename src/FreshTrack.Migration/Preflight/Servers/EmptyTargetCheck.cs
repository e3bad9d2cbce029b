using FreshTrack.Plan;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Target tables that have rows already.</summary>
internal static class EmptyTargetCheck
{
    /// <summary>Rows beyond these are not counted.</summary>
    private const long Counted = 1_000_000;

    public static async Task<IReadOnlyList<Finding>> FindAsync(Survey survey, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (var table in survey.Tables)
        {
            var rows = await survey.Target.ScalarAsync<long>(
                Sql.Format($"select count(*) from (select from {table.Name} limit {Counted}) counted"),
                cancellationToken
            );
            if (rows > 0)
            {
                findings.Add(
                    new Finding(
                        FindingCodes.TargetNotEmpty,
                        Verdict.Fail,
                        table.Name.ToString(),
                        "the target table has rows already; empty it, or resume the run that wrote them",
                        rows
                    )
                );
            }
        }

        return findings;
    }
}
