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

    public static Task<PreflightResult> RunAsync(
        MigrationPlan plan,
        NpgsqlDataSource source,
        NpgsqlDataSource target,
        CancellationToken cancellationToken
    ) => RunAsync(plan, source, target, progress: null, cancellationToken);

    /// <param name="progress">A line for each family of checks that begins: those that read rows take long.</param>
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
        findings.AddRange(await SnapshotCheck.RunAsync(source, cancellationToken));
        if (resolution.Plan is { } resolved)
        {
            await using var reading = await Sessions.OpenAsync(source, Session, cancellationToken);
            await using var filling = await Sessions.OpenAsync(target, Session, cancellationToken);
            var survey = new Survey(resolved, from, to);
            findings.AddRange(await ServersAsync(reading, filling, survey, progress, cancellationToken));
            if (!findings.Exists(StandsInTheWay))
            {
                findings.AddRange(await RowsAsync(reading, filling, survey, progress, cancellationToken));
            }
        }

        return new PreflightResult(resolution.Plan, WithoutRepeats(findings));
    }

    /// <summary>What can be asked without reading rows, rights first.</summary>
    private static async Task<List<Finding>> ServersAsync(
        NpgsqlConnection source,
        NpgsqlConnection target,
        Survey survey,
        IProgress<string>? progress,
        CancellationToken cancellationToken
    )
    {
        progress?.Report("preflight: rights, servers, expressions");
        List<Finding> findings =
        [
            .. await RightsChecks.SourceAsync(source, survey, cancellationToken),
            .. await RightsChecks.TargetAsync(target, survey, cancellationToken),
            .. await CollationChecks.RunAsync(source, target, survey, cancellationToken),
            .. await ExtensionChecks.RunAsync(source, target, survey, cancellationToken),
            .. SequenceChecks.OfCatalogs(survey),
        ];
        return findings.Exists(StandsInTheWay)
            ? findings
            :
            [
                .. findings,
                .. await FreeSpaceChecks.RunAsync(source, target, survey, cancellationToken),
                .. await TargetChecks.RunAsync(target, survey, cancellationToken),
                .. await ExpressionChecks.RunAsync(source, survey.Plan, cancellationToken),
            ];
    }

    /// <summary>Without these, what comes next could not even be asked.</summary>
    private static bool StandsInTheWay(Finding finding) =>
        finding.Code
            is FindingCodes.SourceRightMissing
                or FindingCodes.TargetRightMissing
                or FindingCodes.ExpressionInvalid;

    private static async Task<List<Finding>> RowsAsync(
        NpgsqlConnection source,
        NpgsqlConnection target,
        Survey survey,
        IProgress<string>? progress,
        CancellationToken cancellationToken
    )
    {
        // The target's definitions come fully qualified with an empty search path, as its catalog was read.
        await using var asking = await target.BeginTransactionAsync(cancellationToken);
        await target.ExecuteAsync(new Sql("set transaction read only; set local search_path = ''"), cancellationToken);
        await using var snapshot = await source.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await source.ExecuteAsync(
            new Sql("set transaction read only; set local work_mem = '128MB'"),
            cancellationToken
        );
        (string Family, Func<Task<IReadOnlyList<Finding>>> Run)[] families =
        [
            ("rows of the target", () => TargetChecks.FindRowsAsync(target, survey, cancellationToken)),
            ("values against types", () => DataChecks.RunAsync(source, survey.Plan, cancellationToken)),
            ("users", () => UserChecks.RunAsync(source, survey.Plan, cancellationToken)),
            ("encodings", () => EncodingChecks.RunAsync(source, target, survey, cancellationToken)),
            ("CHECK constraints and domains", () => CheckConstraintChecks.RunAsync(source, survey, cancellationToken)),
            ("unique keys", () => UniqueChecks.RunAsync(source, survey, cancellationToken)),
            ("foreign keys", () => ForeignKeyChecks.RunAsync(source, target, survey, cancellationToken)),
            ("partitions", () => PartitionChecks.RunAsync(source, target, survey, cancellationToken)),
            ("sequences", () => SequenceChecks.RunAsync(source, survey, cancellationToken)),
        ];
        var findings = new List<Finding>();
        foreach (var (family, run) in families)
        {
            progress?.Report($"preflight: {family}");
            findings.AddRange(await run());
        }

        return findings;
    }

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
