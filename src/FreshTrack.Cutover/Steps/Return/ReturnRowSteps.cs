using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Rollback;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Migration.Freezing;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.Cutover.Steps;

/// <summary>The rows of a return: the difference of the target flows back into the source. Each step looks at what is
/// there, so it may be run again.</summary>
public static class ReturnRowSteps
{
    private const int Shown = 5;

    /// <summary>Closes the users' table again, counts what would be inserted, updated and deleted, and lists the rows
    /// to delete. Nothing is deleted that this step did not list.</summary>
    public static async Task<StepResult> CompareAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        if (VerifiedTarget.Refusal(run) is { } refusal)
        {
            return refusal;
        }

        await ReturnUserSteps.CloseUsersAsync(run, cancellationToken);
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
        var report = await RollbackFile.KeepAsync(
            run,
            before => before with { Tables = found.Tables, NotReturned = found.NotReturned, Repeated = null },
            cancellationToken
        );
        var rows = report.Total(table => table.Found);
        var summary =
            $"{rows.Inserted:N0} rows to insert, {rows.Updated:N0} to update, {rows.Deleted:N0} to delete in "
            + $"{report.Tables.Count} tables{Deletions(report)}";
        return found.NotReturned.Count == 0
            ? StepResult.Pass(summary, report)
            : new StepResult(Verdict.Warn, $"{summary}; not returned: {RollbackFile.Describe(found.NotReturned)}")
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
        if (VerifiedTarget.Refusal(run) is { } refusal)
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
        await using var pass = await FreezeSteps.Of(run).AdmitAsync(run.Evidence.RunId, cancellationToken);
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
            await RollbackFile.KeepWrittenAsync(run, ledger, CancellationToken.None);
        }

        var sequences = await ReturnSequences.SetAsync(scope.Tables, source, target, cancellationToken);
        var orphans = await work.OrphansAsync(cancellationToken);
        var report = await RollbackFile.ReadAsync(run, cancellationToken);
        var rows = report.Total(table => table.Written);
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
        var barred = (await RollbackFile.ReadAsync(run, cancellationToken)).UsersBarred;
        var left = await RemainingDifference.FindAsync(
            scope,
            difference,
            barred,
            table => progress.Report(new StepProgress($"comparing {table.Target} again")),
            cancellationToken
        );
        var report = await RollbackFile.KeepAsync(
            run,
            before => before with { Repeated = left.Tables },
            cancellationToken
        );
        if (left.Missed > 0)
        {
            return new StepResult(
                Verdict.Fail,
                $"{left.Missed:N0} rows still differ: {string.Join("; ", left.Examples)}. Return again"
            );
        }

        return left.Rows == 0
            ? StepResult.Pass("both sides are equal", report)
            : new StepResult(
                Verdict.Warn,
                $"{left.Unreturnable:N0} rows differ that cannot go back: {RollbackFile.Describe(report.NotReturned)}"
            )
            {
                Output = report,
            };
    }

    /// <summary>The first rows that would be deleted, for the person who agrees to it.</summary>
    private static string Deletions(RollbackReport report)
    {
        var shown = report
            .Tables.SelectMany(table => table.Deletes.Select(key => $"{table.Source} {key}"))
            .Take(Shown)
            .ToList();
        return shown.Count == 0 ? "" : $"; to delete: {string.Join(", ", shown)}; rollback.json lists more";
    }
}
