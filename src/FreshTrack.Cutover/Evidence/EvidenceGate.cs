using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.Cutover.Evidence;

/// <summary>Reads a sealed folder and judges it. The same folder and policy give the same <c>gate.json</c>, byte for
/// byte, anywhere and later.</summary>
public static class EvidenceGate
{
    /// <exception cref="RefusedException">The folder is not as it was sealed or judged before, or a file is not what
    /// its name says.</exception>
    public static async Task<GateResult> JudgeAsync(string folder, Policy policy, CancellationToken cancellationToken)
    {
        var seal = await Seal.VerifyAsync(folder, cancellationToken);
        await RefuseResealedAsync(folder, seal, cancellationToken);
        return Gate.Judge(await ReadAsync(folder, cancellationToken), policy) with { Seal = seal };
    }

    /// <summary>Who changes a file and seals the folder again still contradicts the verdict that quotes the first
    /// seal.</summary>
    private static async Task RefuseResealedAsync(string folder, string seal, CancellationToken cancellationToken)
    {
        var earlier = await EvidenceFile.FindAsync<GateResult>(folder, "gate.json", cancellationToken);
        if (earlier?.Seal is { } judged && judged != seal)
        {
            throw new RefusedException(
                $"{Seal.FileName} in {folder} ends in {seal[..12]}…, but gate.json judged "
                    + $"{judged[..Math.Min(12, judged.Length)]}…: the evidence was sealed again after it was "
                    + "judged; rehearse again."
            );
        }
    }

    /// <summary>The tables that are asked for are those of the plan that was run.</summary>
    private static void RefuseOtherPlan(string folder, MigrationPlan plan, RunDescription? run)
    {
        if (run is not null && run.PlanHash != plan.Hash)
        {
            throw new RefusedException(
                $"plan.yaml in {folder} has the SHA-256 {plan.Hash}, but run.json says that the run went by "
                    + $"{run.PlanHash}: they are of different runs; rehearse again."
            );
        }
    }

    private static async Task<GateInput> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var plan = PlanFile.Load(Path.Combine(folder, "plan.yaml"));
        var run = await EvidenceFile.FindAsync<RunDescription>(folder, "run.json", cancellationToken);
        RefuseOtherPlan(folder, plan, run);
        var verification = await EvidenceFile.FindAsync(
            folder,
            "verification.json",
            VerificationJson.Read,
            cancellationToken
        );
        var baselines = await EvidenceFile.FindAsync<Baselines>(folder, "baseline.json", cancellationToken);
        return new GateInput(
            // Several entries of a plan may fill one table, which is compared as a whole.
            [
                .. plan
                    .Tables.GroupBy(entry => entry.Target)
                    .Select(entries => new PlannedTable(
                        entries.Key.ToString(),
                        entries.All(entry => entry.MayBeEmpty)
                    )),
            ],
            [
                .. (verification?.Checks ?? []).Select(check => new CheckEvidence(
                    check.Check,
                    check.Subject,
                    check.Verdict,
                    check.Rows,
                    check.Violations,
                    check.Reason
                )
                {
                    Sides = check.Sides,
                }),
            ],
            await EvidenceFile.FindAsync<LoadResult>(folder, "load.json", cancellationToken),
            baselines is null ? null : [.. baselines.Runs.Select(baseline => baseline.Load)],
            run?.StandIns ?? []
        )
        {
            Timeline = await EvidenceFile.FindAsync<Timeline>(folder, "timeline.json", cancellationToken),
            Inject = run?.Inject,
            Run = run is null ? null : new RunTimes(run.StartedAt, run.EndedAt),
        };
    }
}
