using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.Cutover.Steps;

/// <summary>The end of phase 3: source and target are compared, and nothing is deployed on data that did not
/// pass.</summary>
public static class VerifySteps
{
    public static async Task<StepResult> VerifyAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var request = new VerificationRequest(run.Plan, run.Environment.Source, run.Environment.Target)
        {
            Clock = run.Clock,
        };
        var result = await Verifier.RunAsync(request, new Forward(progress), cancellationToken);
        run.Verification.Set(result);
        await run.Evidence.WriteJsonAsync("verification", result, cancellationToken);
        return Outcome(result);
    }

    /// <summary>The verdict, how many checks came to what, and the first of those that decided it.</summary>
    public static StepResult Outcome(VerificationResult result)
    {
        var open = result.Checks.Where(check => check.Verdict != Verdict.Pass).ToLookup(check => check.Verdict);
        if (open.Count > 0)
        {
            Verdict[] worstFirst = [Verdict.Fail, Verdict.Inconclusive, Verdict.Warn];
            var counts = worstFirst.Where(open.Contains).Select(verdict => $"{open[verdict].Count():N0} {verdict}");
            return new StepResult(
                result.Verdict,
                $"{string.Join(", ", counts)} of {result.Checks.Count:N0} checks; first: "
                    + $"{Line(open[result.Verdict].First())}"
            );
        }

        var rows = result.Checks.Where(check => check.Check == CheckNames.Contents).Sum(check => check.Rows);
        return new StepResult(
            result.Verdict,
            result.Checks.Count == 0
                ? "no check was run"
                : $"{result.Checks.Count:N0} checks passed, {rows:N0} rows compared"
        );
    }

    /// <summary>A check in one line: name, subject and reason.</summary>
    public static string Line(CheckResult check) => $"{check.Check}: {Format.Reason(check)}.";

    private sealed class Forward(IProgress<StepProgress> progress) : IProgress<CheckResult>
    {
        public void Report(CheckResult value) => progress.Report(new CheckEnded(value, Line(value)));
    }
}
