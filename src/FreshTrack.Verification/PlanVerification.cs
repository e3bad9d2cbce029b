using FreshTrack.Verification.Databases;
using Npgsql;

namespace FreshTrack.Verification;

/// <summary>Verifies a plan against two databases as they stand, whatever moved the data: it needs no run, no manifest
/// and no earlier preflight.</summary>
/// <remarks>
/// Whatever of the plan both databases have is verified. What they lack, or what the plan does not account for, is
/// Inconclusive and named: one result of
/// <see cref="CheckNames.Plan"/> for each finding, and every check that the plan calls for on a table that is missing.
/// </remarks>
public static class PlanVerification
{
    /// <param name="clock">As in <see cref="VerificationRequest.Clock"/>.</param>
    /// <param name="progress">Told of every check that finishes, from the thread that ran it.</param>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static async Task<VerificationResult> RunAsync(
        MigrationPlan plan,
        NpgsqlDataSource source,
        NpgsqlDataSource target,
        TimeProvider clock,
        IProgress<CheckResult>? progress,
        CancellationToken cancellationToken
    )
    {
        var started = clock.GetUtcNow();
        var (tables, open) = await ResolveAsync(plan, source, target, started, cancellationToken);
        open.ForEach(check => progress?.Report(check));
        var verified =
            tables.Count == 0
                ? []
                : (
                    await Verifier.RunAsync(
                        new VerificationRequest(new ResolvedPlan(plan, tables), source, target) { Clock = clock },
                        progress,
                        cancellationToken
                    )
                ).Checks;
        return new VerificationResult(
            started,
            [.. verified.Concat(open).OrderBy(check => check.Check).ThenBy(check => check.Subject)]
        );
    }

    /// <summary>The tables that can be verified, and what cannot.</summary>
    private static async Task<(IReadOnlyList<TableProjection> Tables, List<CheckResult> Open)> ResolveAsync(
        MigrationPlan plan,
        NpgsqlDataSource source,
        NpgsqlDataSource target,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var resolution = PlanResolver.Resolve(
                plan,
                await CatalogAsync("source", source, cancellationToken),
                await CatalogAsync("target", target, cancellationToken)
            );
            var obstacles = resolution
                .Findings.Where(finding => finding.Verdict == Verdict.Fail)
                .ToLookup(finding => finding.Subject, finding => finding.Message);
            var missing = plan
                .Tables.Except(resolution.Tables.Select(table => table.Plan))
                .ToLookup(table => table.Target);
            // A target of several entries is compared as a whole or not at all.
            var unrun = plan.Tables.Where(table => missing.Contains(table.Target)).ToLookup(table => table.Target);
            return (
                [.. resolution.Tables.Where(table => !unrun.Contains(table.Target))],
                [
                    .. obstacles.SelectMany(Unaccounted),
                    .. unrun.SelectMany(tables => NotRun(plan, tables, Missing(missing[tables.Key], obstacles), now)),
                ]
            );
        }
        catch (QueryFailedException exception)
        {
            return ([], [.. NotRun(plan, plan.Tables, exception.Message, now)]);
        }
    }

    private static async Task<Catalog> CatalogAsync(
        string side,
        NpgsqlDataSource database,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await Catalog.ReadAsync(database, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw QueryFailedException.From(side, exception);
        }
    }

    private static IEnumerable<CheckResult> Unaccounted(IGrouping<string, string> messages) =>
        messages.Select(message => new CheckResult(
            CheckNames.Plan,
            messages.Key,
            Verdict.Inconclusive,
            Rows: 0,
            Violations: 0,
            $"{messages.Key}: {message}.",
            Differences: null,
            DurationSeconds: 0
        ));

    private static string Missing(IEnumerable<TablePlan> tables, ILookup<string, string> obstacles) =>
        string.Join(
            "; ",
            tables
                .SelectMany(table => new[] { $"{table.Source}", $"{table.Target}" })
                .Distinct()
                .SelectMany(name => obstacles[name].Select(message => $"{name}: {message}"))
        ) + ".";

    /// <summary>Every check that the plan alone calls for.</summary>
    private static IEnumerable<CheckResult> NotRun(
        MigrationPlan plan,
        IEnumerable<TablePlan> tables,
        string reason,
        DateTimeOffset now
    ) =>
        CheckList
            .OfPlan(
                new ResolvedPlan(plan, [.. tables.Select(table => new TableProjection(table, Columns: [], Key: []))]),
                now
            )
            .Select(check => CheckRunner.NotRun(check, $"Not run: {reason}"));
}
