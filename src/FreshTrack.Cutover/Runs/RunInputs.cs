using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Runs;

/// <summary>What a run goes by, read and checked before anything starts, and kept with its evidence.</summary>
public sealed record RunInputs(MigrationPlan Plan, string PlanText, SourceTree Tree)
{
    /// <summary>Null for a run that no gate judges.</summary>
    public Policy? Policy { get; init; }

    public string? PolicyText { get; init; }

    /// <param name="policy">Path of the policy; null for a run that no gate judges.</param>
    /// <exception cref="RefusedException">The plan or the policy cannot be read; the line and column are
    /// named.</exception>
    public static async Task<RunInputs> ReadAsync(
        string root,
        string plan,
        string? policy,
        CancellationToken cancellationToken
    )
    {
        var planText = await TextAsync(plan, cancellationToken);
        var policyText = policy is null ? null : await TextAsync(policy, cancellationToken);
        return new RunInputs(
            PlanFile.Parse(planText, plan),
            planText,
            await SourceTree.ReadAsync(root, cancellationToken)
        )
        {
            Policy = policyText is null ? null : PolicyFile.Parse(policyText, policy!),
            PolicyText = policyText,
        };
    }

    /// <summary>A run of this kind, started now, on this machine.</summary>
    public RunDescription Describe(string kind, string runId, string environment, DateTimeOffset startedAt) =>
        new(runId, kind, startedAt)
        {
            Commit = Tree.Commit,
            CleanTree = Tree.Clean,
            PlanHash = Plan.Hash,
            Environment = environment,
            Inject = null,
            Machine = Machine.Describe(),
        };

    private static async Task<string> TextAsync(string path, CancellationToken cancellationToken) =>
        File.Exists(path)
            ? await File.ReadAllTextAsync(path, cancellationToken)
            : throw new RefusedException($"There is no file '{path}'. Give an existing one.");
}
