using System.Text.Json.Nodes;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.Cutover.Steps;

/// <summary>The end of phase 3: source and target are compared, and nothing is deployed on data that did not
/// pass.</summary>
public static class VerifySteps
{
    internal const string FileName = $"{Report}.json";

    private const string Report = "verification";

    public static async Task<StepResult> VerifyAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        // What an earlier attempt found is not judged in place of this one.
        File.Delete(run.Evidence.PathOf(FileName));
        var request = new VerificationRequest(run.Plan, run.Environment.Source, run.Environment.Target)
        {
            Clock = run.Clock,
        };
        var result = await Verifier.RunAsync(request, new Forward(progress), cancellationToken);
        run.Verification.Set(result);
        await run.Evidence.WriteJsonAsync(Report, result, cancellationToken);
        return Outcome(result);
    }

    /// <summary>What it found before anything was deployed; since then the new side may have taken writes.</summary>
    public static async Task<StepResult> RestoreAsync(
        RunContext run,
        JsonNode? output,
        CancellationToken cancellationToken
    )
    {
        if (
            await EvidenceFile.FindAsync<VerificationResult>(run.Evidence.Path, FileName, cancellationToken)
            is not { } result
        )
        {
            return new StepResult(
                Verdict.Inconclusive,
                $"the verification passed, and its {FileName} is gone from {run.Evidence.Path}, expected as the run "
                    + "wrote it. Put it back, or undo and begin again"
            );
        }

        run.Verification.Set(result);
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
