using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Runbook;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.Cutover.Evidence;

/// <summary>Reads a sealed folder and judges it. The same folder and policy give the same <c>gate.json</c>, byte for byte, anywhere and later.</summary>
public static class EvidenceGate
{
    /// <exception cref="RefusedException">The folder is not as it was sealed.</exception>
    public static async Task<GateResult> JudgeAsync(string folder, Policy policy, CancellationToken cancellationToken)
    {
        var seal = await Seal.VerifyAsync(folder, cancellationToken);
        return Gate.Judge(await ReadAsync(folder, cancellationToken), policy) with { Seal = seal };
    }

    private static async Task<GateInput> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var plan = PlanFile.Load(Path.Combine(folder, "plan.yaml"));
        var run = await ReadAsync<RunDescription>(folder, "run.json", cancellationToken);
        var verification = await TextAsync(folder, "verification.json", cancellationToken);
        var checks = verification is null ? [] : VerificationJson.Read(verification).Checks.Select(check =>
            new CheckEvidence(check.Check, check.Subject, check.Verdict, check.Rows, check.Violations, check.Reason));
        var baselines = await ReadAsync<Baselines>(folder, "baseline.json", cancellationToken);
        return new GateInput(
            [.. plan.Tables.Select(table => new PlannedTable(table.Target.ToString(), table.MayBeEmpty))],
            [.. checks],
            await ReadAsync<LoadResult>(folder, "load.json", cancellationToken),
            [.. (baselines?.Runs ?? []).Select(baseline => baseline.Load)],
            run?.StandIns ?? [])
        {
            Timeline = await ReadAsync<Timeline>(folder, "timeline.json", cancellationToken),
        };
    }

    private static async Task<T?> ReadAsync<T>(string folder, string name, CancellationToken cancellationToken) where T : class =>
        await TextAsync(folder, name, cancellationToken) is { } text ? EvidenceJson.Deserialize<T>(text) : null;

    private static async Task<string?> TextAsync(string folder, string name, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path) ? await File.ReadAllTextAsync(path, cancellationToken) : null;
    }
}
