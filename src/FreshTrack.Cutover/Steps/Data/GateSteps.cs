using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.Cutover.Steps;

/// <summary>The gate inside a cutover: nothing is deployed on data that this run's own evidence does not let
/// pass.</summary>
public static class GateSteps
{
    public const string Data = "import.gate";

    /// <summary>Judges the data by the policy that the run began with, and leaves <c>gate-data.json</c>.</summary>
    public static async Task<StepResult> JudgeDataAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var path = run.Evidence.PathOf("policy.yaml");
        if (!File.Exists(path))
        {
            return new StepResult(
                Verdict.Inconclusive,
                $"there is no {path}, so nothing says what the data must come to. Start the run with a policy"
            );
        }

        var policy = PolicyFile.Parse(await File.ReadAllTextAsync(path, cancellationToken), path);
        var gate = Gate.JudgeData(
            run.Plan,
            await FindAsync<VerificationResult>(VerifySteps.FileName),
            await FindAsync<DeclarationReport>("declarations.json"),
            policy
        );
        await run.Evidence.WriteJsonAsync("gate-data", gate, cancellationToken);
        return new StepResult(gate.Verdict, Summary(gate));

        Task<T?> FindAsync<T>(string name)
            where T : class => EvidenceFile.FindAsync<T>(run.Evidence.Path, name, cancellationToken);
    }

    /// <summary>Every line that did not pass, worst first; else how many did.</summary>
    internal static string Summary(GateResult gate)
    {
        var open = gate
            .Criteria.Where(line => line.Verdict != Verdict.Pass)
            .OrderByDescending(line => line.Verdict)
            .Select(line => $"{line.Verdict}: {line.Reason.TrimEnd('.')}")
            .ToList();
        return open.Count == 0
            ? $"the data passed all {Format.Count(gate.Criteria.Count)} lines: counts, contents, integrity and "
                + "declarations"
            : string.Join("; ", open);
    }
}
