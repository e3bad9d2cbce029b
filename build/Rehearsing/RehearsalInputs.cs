using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Fixtures.Images;
using FreshTrack.Plan;

namespace FreshTrack.Build.Rehearsing;

/// <summary>What a rehearsal goes by, read and checked before anything starts, and kept with its evidence.</summary>
public sealed record RehearsalInputs(
    MigrationPlan Plan,
    string PlanText,
    Policy Policy,
    string PolicyText,
    SourceTree Tree
)
{
    private static readonly string[] NotRehearsed =
    [
        "phase 5, DNS cutover",
        "frontend, status page and monitoring (Uptime Kuma, Grafana, Loki, Prometheus), Caddy",
        "rollback",
    ];

    /// <exception cref="RefusedException">The plan or the policy cannot be read; the line and column are
    /// named.</exception>
    public static async Task<RehearsalInputs> ReadAsync(RehearsalOptions options, CancellationToken cancellationToken)
    {
        var planText = await TextAsync(options.PlanPath, cancellationToken);
        var policyText = await TextAsync(options.PolicyPath, cancellationToken);
        return new RehearsalInputs(
            PlanFile.Load(options.PlanPath),
            planText,
            PolicyFile.Parse(policyText, options.PolicyPath),
            policyText,
            await SourceTree.ReadAsync(options.RepositoryRoot, cancellationToken)
        );
    }

    /// <exception cref="RefusedException">The disk is full or the folder cannot be written.</exception>
    public async Task CopyToAsync(EvidenceFolder evidence, CancellationToken cancellationToken)
    {
        try
        {
            await evidence.WriteTextAsync("plan.yaml", PlanText, cancellationToken);
            await evidence.WriteTextAsync("policy.yaml", PolicyText, cancellationToken);
        }
        catch (IOException e)
        {
            throw new RefusedException(e.Message, e);
        }
    }

    public RunDescription Describe(RehearsalOptions options, string runId, ImageSet images, DateTimeOffset startedAt) =>
        new(runId, "rehearsal", startedAt)
        {
            Commit = Tree.Commit,
            CleanTree = Tree.Clean,
            PlanHash = Plan.Hash,
            Environment = "stage",
            Scale = options.Scale.Name,
            Seed = options.Seed,
            Inject = options.Fault?.Name,
            Machine = Machine.Describe(),
            Images = images.ByName.Values.ToDictionary(image => image.Name, image => image.Id),
            StandIns =
            [
                .. images
                    .ByName.Values.Where(image => image.StandsIn)
                    .Select(image => new StandIn(image.Reference, image.StandsInFor!))
                    .OrderBy(image => image.Image),
            ],
            LeftOut = NotRehearsed,
        };

    private static async Task<string> TextAsync(string path, CancellationToken cancellationToken) =>
        File.Exists(path)
            ? await File.ReadAllTextAsync(path, cancellationToken)
            : throw new RefusedException($"There is no file '{path}'. Give an existing one.");
}
