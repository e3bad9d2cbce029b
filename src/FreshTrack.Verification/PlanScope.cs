using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification;

/// <summary>What of a plan can be verified on two databases, and what the databases lack for it.</summary>
internal sealed class PlanScope
{
    private readonly ILookup<TableName, Finding> obstacles;

    private PlanScope(MigrationPlan plan, PlanResolution resolution, Catalog source, DateTimeOffset now)
    {
        var failed = resolution.Findings.Where(finding => finding.Verdict == Verdict.Fail).ToList();
        obstacles = (
            from table in plan.Targets
            from finding in failed
            where Concerns(finding, table)
            select (table.Name, finding)
        ).ToLookup(pair => pair.Name, pair => pair.finding);
        var found = resolution.Tables.Select(table => table.Plan).ToHashSet();
        // A target of several entries is compared as a whole or not at all.
        var missing = plan.Tables.Where(entry => !found.Contains(entry)).Select(entry => entry.Target).ToHashSet();
        Plan = new ResolvedPlan(plan, [.. resolution.Tables.Where(table => !missing.Contains(table.Target))]);
        Open = [.. failed.Select(Unaccounted), .. Unrun(source, now).DistinctBy(check => (check.Check, check.Subject))];
    }

    /// <summary>The tables of the target of which both databases have every entry.</summary>
    public ResolvedPlan Plan { get; }

    /// <summary>An Inconclusive result for each finding that fails, and for each check that was called for and cannot
    /// be run.</summary>
    public IReadOnlyList<CheckResult> Open { get; }

    /// <exception cref="QueryFailedException">A catalog could not be read.</exception>
    public static async Task<PlanScope> ReadAsync(
        MigrationPlan plan,
        BothSides sides,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var (source, target) = await BothSides.AskAsync(
            token => CatalogAsync(sides.Source, token),
            token => CatalogAsync(sides.Target, token),
            cancellationToken
        );
        return new PlanScope(plan, PlanResolver.Resolve(plan, source, target), source, now);
    }

    /// <summary>Every check that the plan alone calls for, when neither database can say more.</summary>
    public static IEnumerable<ICheck> Uninformed(MigrationPlan plan, DateTimeOffset now) =>
        CheckList.OfPlan(Unresolved(plan, plan.Tables, source: null), now);

    /// <summary>What stands in the way of a table of the target as a whole; null when nothing does.</summary>
    public string? ObstacleTo(TableName target) => obstacles.Contains(target) ? Text(obstacles[target]) : null;

    /// <summary>A check of a table that the plan does not fit can fail, but it passes nothing.</summary>
    public CheckResult Qualify(CheckResult result) =>
        result.Verdict is Verdict.Pass or Verdict.Warn
        && obstacles.FirstOrDefault(table => table.Key.ToString() == result.Subject) is { } known
            ? result with
            {
                Verdict = Verdict.Inconclusive,
                Reason = $"The plan does not fit: {Text(known)} Of the rest: {result.Reason}",
            }
            : result;

    /// <summary>Checks that a table with obstacles calls for, and that the part of it which is there does
    /// not.</summary>
    private IEnumerable<CheckResult> Unrun(Catalog source, DateTimeOffset now)
    {
        var run = CheckList.OfPlan(Plan, now).Select(check => (check.Name, check.Subject)).ToHashSet();
        return from table in Plan.Plan.Targets
            where obstacles.Contains(table.Name)
            from check in CheckList.OfPlan(Unresolved(Plan.Plan, table.Entries, source), now)
            where !run.Contains((check.Name, check.Subject))
            select CheckRunner.NotRun(check, $"Not run: {Text(obstacles[table.Name])}");
    }

    private static async Task<Catalog> CatalogAsync(Side side, CancellationToken cancellationToken)
    {
        await using var session = await side.OpenSessionAsync(cancellationToken);
        return await Catalog.ReadAsync(session, cancellationToken);
    }

    private static bool Concerns(Finding finding, TargetPlan table) =>
        table
            .Entries.Select(entry => entry.Source)
            .Append(table.Name)
            .Any(name => finding.Subject == $"{name}" || finding.Subject.StartsWith($"{name}."));

    private static string Text(IEnumerable<Finding> findings) =>
        $"{string.Join("; ", findings.Select(finding => $"{finding.Subject}: {finding.Message}"))}.";

    private static CheckResult Unaccounted(Finding finding) =>
        new(
            CheckNames.Plan,
            finding.Subject,
            Verdict.Inconclusive,
            Rows: 0,
            Violations: 0,
            Text([finding]),
            Differences: null,
            DurationSeconds: 0
        );

    /// <summary>Entries with the columns that the plan names and the source has: enough to say which checks they call
    /// for, not to run one.</summary>
    private static ResolvedPlan Unresolved(MigrationPlan plan, IEnumerable<TablePlan> entries, Catalog? source) =>
        new(
            plan,
            [
                .. entries.Select(entry => new TableProjection(
                    entry,
                    ColumnsOf(entry, source?.Tables.GetValueOrDefault(entry.Source)),
                    Key: []
                )),
            ]
        );

    private static IReadOnlyList<ColumnProjection> ColumnsOf(TablePlan entry, CatalogTable? source) =>
        [
            .. from name in entry
                .Users.Concat(entry.Secret)
                .Concat(source?.Columns.Select(column => column.Name).Except(entry.Leave) ?? [])
                .Distinct()
            let isUser = entry.Users.Contains(name)
            let type = isUser ? "uuid" : source?.Column(name)?.Type ?? ""
            select new ColumnProjection(
                name,
                type,
                type,
                Sql.Format($"{new Identifier(name)}"),
                type,
                isUser,
                entry.Secret.Contains(name)
            ),
        ];
}
