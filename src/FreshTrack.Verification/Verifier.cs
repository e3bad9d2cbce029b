using System.Collections.Concurrent;
using FreshTrack.Plan;
using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification;

/// <summary>Verifies that a target holds what the plan makes of a source. Reads both databases itself and trusts no
/// count of the mover.</summary>
/// <remarks>
/// Fail-closed: a check that errs, takes too long, reads nothing or is not run is Inconclusive with its reason. When a
/// database cannot be reached at all,
/// every check that the plan calls for is reported so.
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
        var ofPlan = CheckList.OfPlan(request.Plan, started);
        var limit = new TimeLimit(request.Clock, request.CheckLimit);
        BothSides sides;
        try
        {
            sides = await limit.RunAsync(token => BothSides.OpenAsync(request, token), cancellationToken);
        }
        catch (UnfinishedException unfinished)
        {
            ICheck[] unrun = [.. ofPlan, .. CheckList.Unknown(unfinished.Message)];
            return Result(
                started,
                unrun,
                unrun.Select(check => CheckRunner.NotRun(check, $"Not run: {unfinished.Message}"))
            );
        }

        await using (sides)
        {
            ICheck[] checks =
            [
                .. ofPlan,
                .. await CheckList.OfTargetAsync(sides, request.Plan, limit, cancellationToken),
            ];
            return Result(
                started,
                checks,
                await RunAllAsync(
                    checks,
                    sides,
                    request,
                    new CheckRunner(request.Clock, limit),
                    progress,
                    cancellationToken
                )
            );
        }
    }

    private static async Task<IEnumerable<CheckResult>> RunAllAsync(
        ICheck[] checks,
        BothSides sides,
        VerificationRequest request,
        CheckRunner runner,
        IProgress<CheckResult>? progress,
        CancellationToken cancellationToken
    )
    {
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
                var result = await runner.RunAsync(check, sides, token);
                results.Add(result);
                progress?.Report(result);
            }
        );
        return results;
    }

    /// <summary>One result for every check that was called for, whatever came of it.</summary>
    private static VerificationResult Result(
        DateTimeOffset started,
        IReadOnlyList<ICheck> checks,
        IEnumerable<CheckResult> results
    )
    {
        var finished = results.ToLookup(result => (result.Check, result.Subject));
        var all = checks
            .DistinctBy(check => (check.Name, check.Subject))
            .SelectMany(check =>
                finished[(check.Name, check.Subject)].DefaultIfEmpty(CheckRunner.NotRun(check, "Not run."))
            );
        return new VerificationResult(
            started,
            [.. all.OrderBy(result => result.Check).ThenBy(result => result.Subject)]
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
