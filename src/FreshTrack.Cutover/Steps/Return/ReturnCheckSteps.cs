using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Rollback;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Steps;

/// <summary>What of the target could not go back, asked before the night.</summary>
public static class ReturnCheckSteps
{
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
}
