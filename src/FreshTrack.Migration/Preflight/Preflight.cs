using System.Data;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Preflighting;

/// <param name="Plan">Null when the plan does not fit the catalogs.</param>
public sealed record PreflightResult(ResolvedPlan? Plan, IReadOnlyList<Finding> Findings)
{
    public Verdict Verdict => Findings.Select(finding => finding.Verdict).Append(Verdict.Pass).Worst();
}

/// <summary>Finds, before a row moves, what would keep the plan from moving every row as it is. Leaves nothing behind
/// on either side.</summary>
public static class Preflight
{
    internal const string Session = "freshtrack-preflight";

    // These read catalogs only, which every role may.
    private static readonly (string What, PreflightCheck FindAsync)[] OfCatalogs =
    [
        ("rights on the source", RightsCheck.FindOnSourceAsync),
        ("rights on the target", RightsCheck.FindOnTargetAsync),
        ("collations", CollationCheck.FindAsync),
        ("extensions", ExtensionCheck.FindAsync),
        ("owners of sequences", SequenceOwnerCheck.FindAsync),
    ];

    // From here on the rights that the first ones look for are needed.
    private static readonly (string What, PreflightCheck FindAsync)[] OfServers =
    [
        ("free space", FreeSpaceCheck.FindAsync),
        ("triggers, rules and policies", TargetObjectCheck.FindAsync),
        ("expressions", ExpressionCheck.FindAsync),
    ];

    private static readonly (string What, PreflightCheck FindAsync)[] OfRows =
    [
        ("rows of the target", EmptyTargetCheck.FindAsync),
        ("values against types", RowCheck.FindAsync),
        ("users", UserCheck.FindAsync),
        ("encodings", EncodingCheck.FindAsync),
        ("CHECK constraints and domains", CheckConstraintCheck.FindAsync),
        ("unique keys", UniqueCheck.FindAsync),
        ("foreign keys", ForeignKeyCheck.FindAsync),
        ("partitions", PartitionCheck.FindAsync),
        ("sequences", SequenceRangeCheck.FindAsync),
        ("the plan's own checks", PlanChecks.FindAsync),
    ];

    public static Task<PreflightResult> RunAsync(
        MigrationPlan plan,
        NpgsqlDataSource source,
        NpgsqlDataSource target,
        CancellationToken cancellationToken
    ) => RunAsync(plan, source, target, progress: null, cancellationToken);

    /// <param name="progress">A line for each check that begins: those that read rows take long.</param>
    public static async Task<PreflightResult> RunAsync(
        MigrationPlan plan,
        NpgsqlDataSource source,
        NpgsqlDataSource target,
        IProgress<string>? progress,
        CancellationToken cancellationToken
    )
    {
        progress?.Report("preflight: catalogs");
        var (from, to) = (
            await Catalog.ReadAsync(source, cancellationToken),
            await Catalog.ReadAsync(target, cancellationToken)
        );
        var resolution = PlanResolver.Resolve(plan, from, to);
        var findings = resolution.Findings.ToList();
        findings.AddRange(await SnapshotCheck.FindAsync(source, cancellationToken));
        if (resolution.Plan is { } resolved)
        {
            await using var reading = await Sessions.OpenAsync(source, Session, cancellationToken);
            await using var filling = await Sessions.OpenAsync(target, Session, cancellationToken);
            var survey = new Survey(resolved, (reading, from), (filling, to));
            findings.AddRange(await FindAsync(survey, progress, cancellationToken));
        }

        return new PreflightResult(resolution.Plan, WithoutRepeats(findings));
    }

    private static async Task<List<Finding>> FindAsync(
        Survey survey,
        IProgress<string>? progress,
        CancellationToken cancellationToken
    )
    {
        var findings = new List<Finding>();
        await AddAsync(OfCatalogs);
        if (!findings.Exists(StandsInTheWay))
        {
            await AddAsync(OfServers);
        }

        if (!findings.Exists(StandsInTheWay))
        {
            // The target's definitions come fully qualified with an empty search path, as its catalog was read.
            await using var asking = await survey.Target.BeginTransactionAsync(cancellationToken);
            await survey.Target.ExecuteAsync(
                new Sql("set transaction read only; set local search_path = ''"),
                cancellationToken
            );
            await using var snapshot = await survey.Source.BeginTransactionAsync(
                IsolationLevel.RepeatableRead,
                cancellationToken
            );
            await survey.Source.ExecuteAsync(
                new Sql("set transaction read only; set local work_mem = '128MB'"),
                cancellationToken
            );
            await AddAsync(OfRows);
        }

        return findings;

        async Task AddAsync(IEnumerable<(string What, PreflightCheck FindAsync)> checks)
        {
            foreach (var (what, check) in checks)
            {
                progress?.Report($"preflight: {what}");
                findings.AddRange(await check(survey, cancellationToken));
            }
        }
    }

    /// <summary>Without these, what comes next could not even be asked.</summary>
    private static bool StandsInTheWay(Finding finding) =>
        finding.Code
            is FindingCodes.SourceRightMissing
                or FindingCodes.TargetRightMissing
                or FindingCodes.ExpressionInvalid;

    /// <summary>That values could be lost says nothing more once it is counted how many would be.</summary>
    private static List<Finding> WithoutRepeats(List<Finding> findings)
    {
        var counted = findings
            .Where(finding =>
                finding.Code
                    is FindingCodes.ValueDoesNotFit
                        or FindingCodes.ValueDoesNotCast
                        or FindingCodes.EnumLabelMissing
            )
            .Select(finding => finding.Subject)
            .ToHashSet();
        return
        [
            .. findings.Where(finding =>
                finding.Code != FindingCodes.NarrowingType || !counted.Contains(finding.Subject)
            ),
        ];
    }
}
