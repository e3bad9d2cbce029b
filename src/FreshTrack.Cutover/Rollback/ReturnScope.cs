using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.Cutover.Rollback;

/// <summary>The plan of a return against both databases as they are now.</summary>
/// <param name="Tables">Parents first, by the source's foreign keys.</param>
internal sealed record ReturnScope(
    ResolvedPlan Plan,
    IReadOnlyList<ReverseTable> Tables,
    Catalog Source,
    Catalog Target
)
{
    /// <summary>The tables whose rows can go back.</summary>
    public IEnumerable<ReverseTable> Returnable => Tables.Where(table => table.Obstacle is null);

    /// <summary>Null when the plan moves no users.</summary>
    public ReverseTable? Users => Returnable.FirstOrDefault(table => table.IsUsers);

    /// <exception cref="RefusedException">The plan does not fit the databases any more.</exception>
    public static async Task<ReturnScope> ReadAsync(RunContext run, CancellationToken cancellationToken)
    {
        var source = await Catalog.ReadAsync(run.Environment.Source, cancellationToken);
        var target = await Catalog.ReadAsync(run.Environment.Target, cancellationToken);
        var own = ReturnPlan.OwnColumns.Where(item =>
            source.Tables.GetValueOrDefault(item.Source)?.Column(item.Column) is not null
        );
        var resolution = PlanResolver.Resolve(ReturnPlan.Without(run.Plan, [.. own]), source, target);
        return resolution.Plan is { } plan
            ? new ReturnScope(plan, ReverseProjection.Of(plan, source, target), source, target)
            : throw new RefusedException(
                $"The plan no longer fits the databases: {Describe(resolution.Findings)}. Make both as they were at "
                    + "the cutover, and return again."
            );
    }

    public VerificationRequest Request(RunContext run) =>
        new(Plan.Plan, run.Environment.Source, run.Environment.Target) { Clock = run.Clock };

    private static string Describe(IReadOnlyList<Finding> findings) =>
        string.Join(
            "; ",
            findings
                .Where(finding => finding.Verdict == Verdict.Fail)
                .Take(3)
                .Select(finding => $"{finding.Subject}: {finding.Message}")
        );
}
