using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbook;
using FreshTrack.Migration.Freezing;
using FreshTrack.Migration.Preflighting;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Steps;

/// <summary>Phase 1: the source is checked, closed for writing, and proven closed.</summary>
public static class FreezeSteps
{
    private const int ShownFindings = 5;

    /// <exception cref="RefusedException">The plan does not fit the databases: nothing was frozen or moved.</exception>
    public static async Task<StepResult> PreflightAsync(
        CutoverRun run,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        await run.Environment.RunApiCommandAsync("migrate", cancellationToken);
        var result = await Preflight.RunAsync(
            run.Plan,
            run.Environment.Source,
            run.Environment.Target,
            progress,
            cancellationToken
        );
        await run.Evidence.WriteJsonAsync(
            "preflight",
            new PreflightReport(result.Verdict, result.Findings),
            cancellationToken
        );
        var blocking = result
            .Findings.Where(finding => finding.Verdict is Verdict.Fail or Verdict.Inconclusive)
            .ToList();
        if (blocking.Count > 0 || result.Plan is null)
        {
            throw new RefusedException(
                $"The plan does not fit: {Describe(blocking)}. All findings are in "
                    + $"{run.Evidence.PathOf("preflight.json")}; mend the plan or the data and run again."
            );
        }

        run.Resolved = result.Plan;
        return new StepResult(
            result.Verdict,
            $"{result.Plan.Tables.Count} tables, {result.Findings.Count} "
                + $"findings{(result.Findings.Count == 0 ? "" : $": {Describe(result.Findings)}")}"
        );
    }

    public static async Task<StepResult> ApplyAsync(
        CutoverRun run,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        var result = await FreezeOf(run).ApplyAsync(cancellationToken);
        return result.NotPermitted.Count == 0
            ? StepResult.Pass($"{result.Tables.Count} tables refuse writes")
            : new StepResult(
                Verdict.Warn,
                $"{result.Tables.Count} tables refuse writes; not permitted here: "
                    + $"{string.Join("; ", result.NotPermitted)}"
            );
    }

    public static async Task<StepResult> ProveAsync(
        CutoverRun run,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        var proof = await FreezeOf(run).ProveAsync(cancellationToken);
        if (!proof.Holds)
        {
            return new StepResult(
                Verdict.Fail,
                $"the freeze does not hold: {string.Join("; ", proof.Open.DefaultIfEmpty("no write could be tried"))}"
            );
        }

        var tried =
            $"{proof.Attempts.Count} writes by {proof.Attempts.DistinctBy(attempt => attempt.Role).Count()} "
            + "roles were refused, counters stand still";
        return proof.Unproven.Count == 0
            ? StepResult.Pass(tried)
            : new StepResult(Verdict.Warn, $"{tried}; not tried: {string.Join("; ", proof.Unproven)}");
    }

    private static Freeze FreezeOf(CutoverRun run) => new(run.Environment.Source, run.Plan, TimeProvider.System);

    private static string Describe(IReadOnlyList<Finding> findings)
    {
        var shown = findings.Take(ShownFindings).Select(finding => $"{finding.Subject}: {finding.Message}");
        return string.Join("; ", shown)
            + (findings.Count > ShownFindings ? $"; and {findings.Count - ShownFindings} more" : "");
    }
}
