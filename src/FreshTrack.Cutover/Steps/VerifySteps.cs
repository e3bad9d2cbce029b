using System.Globalization;
using FreshTrack.Cutover.Runbook;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.Cutover.Steps;

/// <summary>The end of phase 3: source and target are compared, and nothing is deployed on data that did not pass.</summary>
public static class VerifySteps
{
    public static async Task<StepResult> VerifyAsync(CutoverRun run, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var plan = run.Resolved ?? throw new InvalidOperationException("The plan was not resolved; preflight comes first.");
        var request = new VerificationRequest(plan, run.Environment.Source, run.Environment.Target) { Clock = run.Environment.Clock };
        var result = await Verifier.RunAsync(request, progress, cancellationToken);
        run.Verification = result;
        await run.Evidence.WriteJsonAsync("verification", result, cancellationToken);
        return new StepResult(result.Verdict, Summary(result));
    }

    private static string Summary(VerificationResult result)
    {
        var bad = result.Checks.Where(check => check.Verdict == result.Verdict && check.Verdict != Verdict.Pass).ToList();
        var rows = result.Checks.Where(check => check.Check == CheckNames.Contents).Sum(check => check.Rows);
        return bad.Count == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{result.Checks.Count} checks passed, {rows:N0} rows compared")
            : string.Create(CultureInfo.InvariantCulture, $"{bad.Count} of {result.Checks.Count} checks: {result.Verdict}; first: {bad[0].Check}: {bad[0].Reason}");
    }
}
