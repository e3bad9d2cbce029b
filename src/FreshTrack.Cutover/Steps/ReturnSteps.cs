using System.Text.Json;
using System.Text.Json.Nodes;
using FreshTrack.Clients.SupabaseAuth;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Rollback;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Migration.Freezing;
using FreshTrack.Plan;
using FreshTrack.Verification;
using Npgsql;

namespace FreshTrack.Cutover.Steps;

/// <summary>The way back when traffic has moved: users are created in the source, and the difference of the target
/// flows back into it. Each step looks at what is there, so it may be run again.</summary>
public static class ReturnSteps
{
    private const string Report = "rollback";
    private const int Shown = 5;

    /// <summary>The reverse preflight: a failure means that a return would fail.</summary>
    public static async Task<StepResult> CheckAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var scope = await ReturnScope.ReadAsync(run, cancellationToken);
        var (source, target) = (run.Environment.Source, run.Environment.Target);
        var findings = await ReverseCheck.FindAsync(
            scope,
            source,
            target,
            run.Environment.SupabaseAuth,
            cancellationToken
        );
        var verdict = findings.Select(finding => finding.Verdict).Append(Verdict.Pass).Worst();
        await run.Evidence.WriteJsonAsync("reverse", new PreflightReport(verdict, findings), cancellationToken);
        var open = findings.Where(finding => finding.Verdict != Verdict.Pass).ToList();
        var said = open.OrderByDescending(finding => finding.Verdict == Verdict.Fail)
            .Take(Shown)
            .Select(finding => $"{finding.Subject}: {finding.Message}");
        return new StepResult(
            verdict,
            open.Count == 0
                ? $"every row of {scope.Tables.Count} tables can go back"
                : $"{string.Join("; ", said)}{(open.Count > Shown ? $"; and {open.Count - Shown} more" : "")}"
        );
    }

    /// <summary>Lets Supabase Auth write to its users, and nobody to anything else.</summary>
    public static async Task<StepResult> ReleaseUsersAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        if (Refusal(run) is { } refusal)
        {
            return refusal;
        }

        if (!await HasUsersAsync(run, cancellationToken))
        {
            return StepResult.Pass("the source has no users of Supabase Auth");
        }

        var denied = await FreezeOf(run).ReleaseTableAsync(ResolvedPlan.AuthUsers, cancellationToken);
        var rest = denied.Count == 0 ? "" : $"; not permitted: {string.Join("; ", denied)}";
        return StepResult.Pass($"{ResolvedPlan.AuthUsers} takes writes, everything else refuses them{rest}");
    }

    /// <summary>Creates who signed up on the new side, and bars who was deleted there.</summary>
    public static async Task<StepResult> CreateUsersAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        if (Refusal(run) is { } refusal)
        {
            return refusal;
        }

        var scope = await ReturnScope.ReadAsync(run, cancellationToken);
        if (scope.Users is not { } users)
        {
            return StepResult.Pass("the plan moves no users");
        }

        var ledger = new ReturnLedger(run.Evidence.RunId);
        await using var source = await ReturnSession.OpenAsync(run.Environment.Source, cancellationToken);
        await ReturnLedger.EnsureAsync(source, cancellationToken);
        try
        {
            var found = await new ReturnUsers(
                users,
                source,
                run.Environment.Target,
                run.Environment.SupabaseAuth,
                ledger,
                run.Evidence.RunId,
                run.Clock
            ).RunAsync(cancellationToken);
            var report = await KeepAsync(
                run,
                before =>
                    before with
                    {
                        UsersCreated = found.Created,
                        UsersBarred = found.Barred,
                        UsersReaddressed = [.. before.UsersReaddressed.Union(found.Readdressed)],
                    },
                cancellationToken
            );
            return StepResult.Pass(
                $"{found.Created.Count} users created, who must reset their password; {found.Barred.Count} barred who "
                    + $"were deleted on the new side; {report.UsersReaddressed.Count} have another address",
                report
            );
        }
        catch (Exception error) when (error is ReturnException or SupabaseAuthException)
        {
            return new StepResult(Verdict.Fail, error.Message);
        }
    }

    /// <summary>Closes the users' table again, counts what would be inserted, updated and deleted, and lists the rows
    /// to delete. Nothing is deleted that this step did not list.</summary>
    public static async Task<StepResult> CompareAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        if (Refusal(run) is { } refusal)
        {
            return refusal;
        }

        if (await HasUsersAsync(run, cancellationToken))
        {
            await FreezeOf(run).FreezeTableAsync(ResolvedPlan.AuthUsers, cancellationToken);
        }

        var scope = await ReturnScope.ReadAsync(run, cancellationToken);
        var ledger = new ReturnLedger(run.Evidence.RunId);
        await using var source = await ReturnSession.OpenAsync(run.Environment.Source, cancellationToken);
        await ReturnLedger.EnsureAsync(source, cancellationToken);
        await using var difference = await PlanDifference.OpenAsync(scope.Request(run), cancellationToken);
        var found = await ReturnComparison.RunAsync(
            scope,
            difference,
            source,
            ledger,
            table => progress.Report(new StepProgress($"comparing {table.Target}")),
            cancellationToken
        );
        var report = await KeepAsync(
            run,
            before => before with { Tables = found.Tables, NotReturned = found.NotReturned, Repeated = null },
            cancellationToken
        );
        var rows = Total(report, table => table.Found);
        var summary =
            $"{rows.Inserted:N0} rows to insert, {rows.Updated:N0} to update, {rows.Deleted:N0} to delete in "
            + $"{report.Tables.Count} tables";
        return found.NotReturned.Count == 0
            ? StepResult.Pass(summary, report)
            : new StepResult(Verdict.Warn, $"{summary}; not returned: {Describe(found.NotReturned)}")
            {
                Output = report,
            };
    }

    /// <summary>Deletes what was listed, children first, and writes what differs, parents first; then sequences are set
    /// and foreign keys tested. A repeated call continues.</summary>
    public static async Task<StepResult> ApplyAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        if (Refusal(run) is { } refusal)
        {
            return refusal;
        }

        try
        {
            await SourceGuard.FrozenAsync(run.Environment.Source, run.Plan, cancellationToken);
        }
        catch (RefusedException open)
        {
            return new StepResult(Verdict.Fail, open.Message);
        }

        var scope = await ReturnScope.ReadAsync(run, cancellationToken);
        var ledger = new ReturnLedger(run.Evidence.RunId);
        await using var target = await ReturnSession.OpenAsync(run.Environment.Target, cancellationToken);
        await using var pass = await FreezeOf(run).AdmitAsync(run.Evidence.RunId, cancellationToken);
        var source = pass.Session;
        await ReturnSession.PrepareAsync(source, cancellationToken);
        await ReturnLedger.EnsureAsync(source, cancellationToken);
        var work = new ReturnWork(scope, ledger, source, target, progress);
        try
        {
            await work.WriteAsync(scope.Request(run), cancellationToken);
        }
        catch (ReturnException error)
        {
            return new StepResult(Verdict.Fail, error.Message);
        }
        finally
        {
            await KeepWrittenAsync(run, ledger, CancellationToken.None);
        }

        var sequences = await ReturnSequences.SetAsync(scope.Tables, source, target, cancellationToken);
        var orphans = await work.OrphansAsync(cancellationToken);
        var report = await ReadAsync(run, cancellationToken);
        var rows = Total(report, table => table.Written);
        return orphans.Count > 0
            ? new StepResult(
                Verdict.Fail,
                $"rows refer to rows that are not there: {string.Join("; ", orphans.Take(Shown))}. Correct or delete "
                    + "them in the source, and return again; all rows are back"
            )
            : StepResult.Pass(
                $"{rows.Inserted:N0} rows inserted, {rows.Updated:N0} updated, {rows.Deleted:N0} deleted; {sequences} "
                    + "sequences moved; foreign keys hold",
                report
            );
    }

    /// <summary>The difference again: what can go back has gone back.</summary>
    public static async Task<StepResult> RepeatAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var scope = await ReturnScope.ReadAsync(run, cancellationToken);
        await using var difference = await PlanDifference.OpenAsync(scope.Request(run), cancellationToken);
        var barred = (await ReadAsync(run, cancellationToken)).UsersBarred.Select(id => id.ToString()).ToHashSet();
        var (left, named, stays) = (new List<TableRows>(), new List<string>(), 0L);
        foreach (var table in scope.Tables.DistinctBy(table => table.Target))
        {
            progress.Report(new StepProgress($"comparing {table.Target} again"));
            var rows = 0L;
            await foreach (var change in difference.KeysAsync(table.Target, cancellationToken))
            {
                if (table.IsUsers && change.Kind == DifferenceKind.Missing && barred.Contains(change.Key[0] ?? ""))
                {
                    continue;
                }

                rows++;
                if (table.Obstacle is null && named.Count < Shown)
                {
                    named.Add($"{table.Target} {ReturnComparison.Shown(table, change.Key)} {Side(change.Kind)}");
                }
            }

            if (rows > 0)
            {
                left.Add(new TableRows(table.Target.ToString(), rows));
                stays += table.Obstacle is null ? 0 : rows;
            }
        }

        var report = await KeepAsync(run, before => before with { Repeated = left }, cancellationToken);
        var all = left.Sum(table => table.Rows);
        return all > stays
                ? new StepResult(
                    Verdict.Fail,
                    $"{all - stays:N0} rows still differ: {string.Join("; ", named)}. Return again"
                )
            : all > 0
                ? new StepResult(
                    Verdict.Warn,
                    $"{stays:N0} rows differ that cannot go back: {Describe(report.NotReturned)}"
                )
                {
                    Output = report,
                }
            : StepResult.Pass("both sides are equal", report);
    }

    /// <summary>The target is gone: says what is lost, and where the last copies are. Nothing is changed.</summary>
    public static async Task<StepResult> LossAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var lost = await LostTarget.DescribeAsync(run, cancellationToken);
        var report = await KeepAsync(
            run,
            before => before with { Way = RollbackWay.Loss, Lost = lost },
            cancellationToken
        );
        return new StepResult(
            Verdict.Warn,
            "the new side cannot be read: what was written there since "
                + $"{(lost.Since is { } since ? Format.Time(since) : "the freeze, whose time nothing says,")} is lost, "
                + "and nothing counts it. The source is as it was then. Last export: "
                + $"{lost.Export ?? "none was found"}; archive: {lost.Archive ?? "none was found"}"
        )
        {
            Output = report,
        };
    }

    /// <summary>After an undo: what was taken back is written down.</summary>
    public static async Task<StepResult> KeepUndoAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var report = await KeepAsync(run, before => before with { Way = RollbackWay.Undo }, cancellationToken);
        return StepResult.Pass("the old system is as it was; no difference was applied", report);
    }

    /// <summary>Puts back <c>rollback.json</c> where the return goes on upon another machine.</summary>
    public static async Task<StepResult> RestoreAsync(
        RunContext run,
        JsonNode? output,
        CancellationToken cancellationToken
    )
    {
        if (!File.Exists(run.Evidence.PathOf($"{Report}.json")) && output is not null)
        {
            var report = output.Deserialize<RollbackReport>(EvidenceJson.Options)!;
            await run.Evidence.WriteJsonAsync(Report, report, cancellationToken);
        }

        return StepResult.Pass("as it was left");
    }

    /// <summary>A target that holds half of the rows would delete the other half here.</summary>
    private static StepResult? Refusal(RunContext run) =>
        run.Verification.Found?.Verdict is Verdict.Pass or Verdict.Warn || run.Follows is { IsVerified: true }
            ? null
            : new StepResult(
                Verdict.Fail,
                "no verification of the target has passed in this cutover ("
                    + $"{(run.Verification.Found is { } result ? $"it ended {result.Verdict}" : "none was run")}), so "
                    + "rows that are missing there may never have arrived: nothing flows back. Undo the cutover instead"
            );

    private static Task<bool> HasUsersAsync(RunContext run, CancellationToken cancellationToken) =>
        run.Environment.Source.ScalarAsync<bool>(
            Sql.Format($"select to_regclass({Sql.Literal(Sql.Format($"{ResolvedPlan.AuthUsers}").Text)}) is not null"),
            cancellationToken
        );

    private static Freeze FreezeOf(RunContext run) => new(run.Environment.Source, run.Plan, run.Clock);

    private static async Task KeepWrittenAsync(RunContext run, ReturnLedger ledger, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await run.Environment.Source.OpenConnectionAsync(cancellationToken);
            var written = await ledger.WrittenAsync(connection, cancellationToken);
            await KeepAsync(
                run,
                before =>
                    before with
                    {
                        Tables =
                        [
                            .. before.Tables.Select(table =>
                                table with
                                {
                                    Written = written[(table.Source, table.Target)].SingleOrDefault(RowCounts.None),
                                }
                            ),
                        ],
                    },
                cancellationToken
            );
        }
        catch (NpgsqlException)
        {
            // The source is gone; the ledger says it when the return continues.
        }
    }

    private static async Task<RollbackReport> KeepAsync(
        RunContext run,
        Func<RollbackReport, RollbackReport> change,
        CancellationToken cancellationToken
    )
    {
        var report = change(await ReadAsync(run, cancellationToken));
        report = report with { Seconds = (run.Clock.GetUtcNow() - report.StartedAt).TotalSeconds };
        await run.Evidence.WriteJsonAsync(Report, report, cancellationToken);
        return report;
    }

    private static async Task<RollbackReport> ReadAsync(RunContext run, CancellationToken cancellationToken) =>
        await EvidenceFile.FindAsync<RollbackReport>(run.Evidence.Path, $"{Report}.json", cancellationToken)
        ?? new RollbackReport(RollbackWay.Return, run.Evidence.RunId, run.Clock.GetUtcNow());

    private static RowCounts Total(RollbackReport report, Func<ReturnedTable, RowCounts> rows) =>
        report.Tables.Select(rows).Aggregate(RowCounts.None, (sum, next) => sum.Plus(next));

    private static string Describe(IReadOnlyList<NotReturned> items) =>
        string.Join("; ", items.Take(Shown).Select(item => $"{item.Subject} ({item.Rows:N0}): {item.Reason}"));

    private static string Side(DifferenceKind kind) =>
        kind switch
        {
            DifferenceKind.Missing => "is in the source alone",
            DifferenceKind.Extra => "is on the new side alone",
            _ => "has other values",
        };
}
