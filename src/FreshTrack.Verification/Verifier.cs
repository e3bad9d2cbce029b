using System.Collections.Concurrent;
using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification;

/// <summary>Verifies that a target holds what the plan makes of a source, whatever moved the data: it needs no run, no
/// manifest and no preflight, reads both databases itself and trusts no count of the mover.</summary>
/// <remarks>
/// Fail-closed: a check that errs, takes too long, reads nothing or is not run is Inconclusive with its reason. What
/// the databases lack of the plan is Inconclusive as well: one result of <see cref="CheckNames.Plan"/> for each
/// finding, and no check of a table that it concerns passes. When a database cannot be reached at all, every check that
/// the plan calls for is reported so.
/// </remarks>
public static class Verifier
{
    /// <param name="progress">Told of every check that finishes, from the thread that ran it.</param>
    /// <exception cref="RefusedException">The plan names no table,
    /// or parallelism or limit are out of range.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static async Task<VerificationResult> RunAsync(
        VerificationRequest request,
        IProgress<CheckResult>? progress,
        CancellationToken cancellationToken
    )
    {
        Demand(request);
        var started = request.Clock.GetUtcNow();
        var results = await VerifyAsync(request, started, progress, cancellationToken);
        return new VerificationResult(
            started,
            [.. results.OrderBy(result => result.Check).ThenBy(result => result.Subject)]
        );
    }

    private static async Task<IEnumerable<CheckResult>> VerifyAsync(
        VerificationRequest request,
        DateTimeOffset now,
        IProgress<CheckResult>? progress,
        CancellationToken cancellationToken
    )
    {
        var limit = new TimeLimit(request.Clock, request.CheckLimit);
        try
        {
            await using var sides = await limit.RunAsync(
                token => BothSides.OpenAsync(request, token),
                cancellationToken
            );
            var scope = await limit.RunAsync(
                token => PlanScope.ReadAsync(request.Plan, sides, now, token),
                cancellationToken
            );
            ICheck[] checks =
                scope.Plan.Tables.Count == 0
                    ? []
                    :
                    [
                        .. CheckList.OfPlan(scope.Plan, now),
                        .. await CheckList.OfTargetAsync(sides, scope.Plan, limit, cancellationToken),
                    ];
            Tell(scope.Open, progress);
            var results = await RunAllAsync(checks, sides, request, scope, limit, progress, cancellationToken);
            return [.. scope.Open, .. OneOfEach(checks, results)];
        }
        catch (UnfinishedException unfinished)
        {
            IReadOnlyList<CheckResult> unrun =
            [
                .. PlanScope
                    .Uninformed(request.Plan, now)
                    .Concat(CheckList.Unknown(unfinished.Message))
                    .Select(check => CheckRunner.NotRun(check, $"Not run: {unfinished.Message}")),
            ];
            Tell(unrun, progress);
            return unrun;
        }
    }

    private static void Tell(IEnumerable<CheckResult> results, IProgress<CheckResult>? progress)
    {
        foreach (var result in results)
        {
            progress?.Report(result);
        }
    }

    private static async Task<IEnumerable<CheckResult>> RunAllAsync(
        ICheck[] checks,
        BothSides sides,
        VerificationRequest request,
        PlanScope scope,
        TimeLimit limit,
        IProgress<CheckResult>? progress,
        CancellationToken cancellationToken
    )
    {
        var runner = new CheckRunner(request.Clock, limit);
        var results = new ConcurrentBag<CheckResult>();
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = request.Parallelism,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(
            checks,
            options,
            async (check, token) =>
            {
                var result = scope.Qualify(await runner.RunAsync(check, sides, token));
                results.Add(result);
                progress?.Report(result);
            }
        );
        return results;
    }

    /// <summary>One result for every check that was called for, whatever came of it.</summary>
    private static IEnumerable<CheckResult> OneOfEach(ICheck[] checks, IEnumerable<CheckResult> results)
    {
        var finished = results.ToLookup(result => (result.Check, result.Subject));
        return checks
            .DistinctBy(check => (check.Name, check.Subject))
            .SelectMany(check =>
                finished[(check.Name, check.Subject)].DefaultIfEmpty(CheckRunner.NotRun(check, "Not run."))
            );
    }

    private static void Demand(VerificationRequest request)
    {
        if (request.Plan.Tables.Count == 0)
        {
            throw new RefusedException(
                "The plan names no table, so there is nothing to verify. Name at least one under tables:."
            );
        }

        if (request.Parallelism < 1 || request.CheckLimit <= TimeSpan.Zero)
        {
            throw new RefusedException(
                $"Parallelism {request.Parallelism} and check limit {request.CheckLimit} must be above zero."
            );
        }
    }
}
