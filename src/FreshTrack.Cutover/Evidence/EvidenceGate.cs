using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Runbook;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.Cutover.Evidence;

/// <summary>Reads a sealed folder and judges it. The same folder and policy give the same <c>gate.json</c>, byte for byte, anywhere and later.</summary>
public static class EvidenceGate
{
    /// <exception cref="RefusedException">The folder is not as it was sealed or judged before, or a file is not what its name says.</exception>
    public static async Task<GateResult> JudgeAsync(string folder, Policy policy, CancellationToken cancellationToken)
    {
        var seal = await Seal.VerifyAsync(folder, cancellationToken);
        await RefuseResealedAsync(folder, seal, cancellationToken);
        return Gate.Judge(await ReadAsync(folder, cancellationToken), policy) with { Seal = seal };
    }

    /// <summary>Who changes a file and seals the folder again still contradicts the verdict that quotes the first seal.</summary>
    private static async Task RefuseResealedAsync(string folder, string seal, CancellationToken cancellationToken)
    {
        var earlier = await EvidenceFile.FindAsync<GateResult>(folder, "gate.json", cancellationToken);
        if (earlier?.Seal is { } judged && judged != seal)
        {
            throw new RefusedException($"{Seal.FileName} in {folder} ends in {seal[..12]}…, but gate.json judged {judged[..Math.Min(12, judged.Length)]}…: the evidence was sealed again after it was judged; rehearse again.");
        }
    }

    private static async Task<GateInput> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var plan = PlanFile.Load(Path.Combine(folder, "plan.yaml"));
        var run = await EvidenceFile.FindAsync<RunDescription>(folder, "run.json", cancellationToken);
        var verification = await EvidenceFile.FindAsync(folder, "verification.json", VerificationJson.Read, cancellationToken);
        var baselines = await EvidenceFile.FindAsync<Baselines>(folder, "baseline.json", cancellationToken);
        return new GateInput(
            [.. plan.Tables.Select(table => new PlannedTable(table.Target.ToString(), table.MayBeEmpty))],
            [.. (verification?.Checks ?? []).Select(check => new CheckEvidence(check.Check, check.Subject, check.Verdict, check.Rows, check.Violations, check.Reason))],
            await EvidenceFile.FindAsync<LoadResult>(folder, "load.json", cancellationToken),
            baselines is null ? null : [.. baselines.Runs.Select(baseline => baseline.Load)],
            run?.StandIns ?? [])
        {
            Timeline = await EvidenceFile.FindAsync<Timeline>(folder, "timeline.json", cancellationToken),
            Inject = run?.Inject,
            Run = run is null ? null : new RunTimes(run.StartedAt, run.EndedAt),
        };
    }
}
