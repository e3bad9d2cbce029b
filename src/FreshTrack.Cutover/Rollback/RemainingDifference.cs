using FreshTrack.Cutover.Evidence;
using FreshTrack.Verification;

namespace FreshTrack.Cutover.Rollback;

/// <summary>What still differs once the rows have gone back.</summary>
/// <param name="Tables">Tables of the target that differ.</param>
/// <param name="Unreturnable">Rows of those tables whose rows cannot go back at all.</param>
/// <param name="Examples">The first rows that should have gone back, in words.</param>
internal sealed record RemainingDifference(
    IReadOnlyList<TableRows> Tables,
    long Unreturnable,
    IReadOnlyList<string> Examples
)
{
    private const int ShownExamples = 5;

    public long Rows => Tables.Sum(table => table.Rows);

    /// <summary>Rows that should have gone back and have not.</summary>
    public long Missed => Rows - Unreturnable;

    /// <param name="barred">Users, by the source's id, who were deleted on the new side and stay in the source.</param>
    /// <param name="report">Is given each table before it is compared.</param>
    public static async Task<RemainingDifference> FindAsync(
        ReturnScope scope,
        PlanDifference difference,
        IEnumerable<Guid> barred,
        Action<ReverseTable> report,
        CancellationToken cancellationToken
    )
    {
        var stay = barred.Select(id => id.ToString()).ToHashSet();
        var (tables, examples, unreturnable) = (new List<TableRows>(), new List<string>(), 0L);
        foreach (var table in scope.Tables.DistinctBy(table => table.Target))
        {
            report(table);
            var rows = 0L;
            await foreach (var change in difference.KeysAsync(table.Target, cancellationToken))
            {
                if (table.IsUsers && change.Kind == DifferenceKind.Missing && stay.Contains(change.Key[0] ?? ""))
                {
                    continue;
                }

                rows++;
                if (table.Obstacle is null && examples.Count < ShownExamples)
                {
                    examples.Add($"{table.Target} {ReturnComparison.Shown(table, change.Key)} {Side(change.Kind)}");
                }
            }

            if (rows > 0)
            {
                tables.Add(new TableRows(table.Target.ToString(), rows));
                unreturnable += table.Obstacle is null ? 0 : rows;
            }
        }

        return new RemainingDifference(tables, unreturnable, examples);
    }

    private static string Side(DifferenceKind kind) =>
        kind switch
        {
            DifferenceKind.Missing => "is in the source alone",
            DifferenceKind.Extra => "is on the new side alone",
            _ => "has other values",
        };
}
