using System.Text.Json;
using System.Text.Json.Nodes;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.Cutover.Evidence;

/// <summary>All that a run left behind, as it was sealed: what the gate judges and the report shows. A file that the
/// run did not reach is null.</summary>
/// <param name="SealHash">The last chain hash of <c>SHA256SUMS</c>.</param>
public sealed record RunEvidence(string Folder, string SealHash, RunDescription Run, MigrationPlan Plan)
{
    /// <summary>What two machines' clocks may differ by.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    public EnvironmentDescription? Environment { get; init; }

    public PlannedRunbook? Runbook { get; init; }

    public Timeline? Timeline { get; init; }

    public PreflightReport? Preflight { get; init; }

    /// <summary>What of the target could not go back.</summary>
    public PreflightReport? Reverse { get; init; }

    public FreezeReport? Freeze { get; init; }

    public DeclarationReport? Declarations { get; init; }

    public RollbackReport? Rollback { get; init; }

    public Manifest? Manifest { get; init; }

    public VerificationResult? Verification { get; init; }

    public LoadResult? Load { get; init; }

    /// <summary>The earlier runs to compare with. Null when none were looked for, which is not the same as none
    /// found.</summary>
    public Baselines? Baselines { get; init; }

    private DateTimeOffset Last => Run.EndedAt > Run.StartedAt ? Run.EndedAt.Value : Run.StartedAt;

    /// <summary>The phases that began; none without a timeline.</summary>
    public IReadOnlyList<PhaseTiming> Phases => Timeline?.Phases ?? [];

    /// <summary>The steps of the run's own runbook; none without one.</summary>
    public IEnumerable<PlannedStep> PlannedSteps => (Runbook?.Phases ?? []).SelectMany(phase => phase.Steps);

    /// <summary>Parts of the procedure that this run did not have.</summary>
    public IReadOnlyList<PlannedStep> LeftOut => [.. PlannedSteps.Where(step => step.Absent is not null)];

    /// <summary>Verifies the seal and reads every file of the folder, once and strictly.</summary>
    /// <exception cref="RefusedException">The folder is not as it was sealed or judged before, its plan is not the
    /// run's, or a file is not what its schema says; the message names file and folder.</exception>
    public static async Task<RunEvidence> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var seal = await Seal.VerifyAsync(folder, cancellationToken);
        var run = await DescribeAsync(folder, cancellationToken);
        await RefuseResealedAsync(folder, seal, cancellationToken);
        return new RunEvidence(folder, seal, run, ReadPlan(folder, run))
        {
            Environment = await FindAsync<EnvironmentDescription>("environment.json"),
            Runbook = await FindAsync<PlannedRunbook>("runbook.json"),
            Timeline = await FindAsync<Timeline>("timeline.json"),
            Preflight = await FindAsync<PreflightReport>("preflight.json"),
            Reverse = await FindAsync<PreflightReport>("reverse.json"),
            Freeze = await FindAsync<FreezeReport>("freeze.json"),
            Declarations = await FindAsync<DeclarationReport>("declarations.json"),
            Rollback = await FindAsync<RollbackReport>("rollback.json"),
            Manifest = await FindAsync<Manifest>("manifest.json"),
            Verification = await FindAsync<VerificationResult>("verification.json"),
            Load = await FindAsync<LoadResult>("load.json"),
            Baselines = await FindAsync<Baselines>("baseline.json"),
        };

        Task<T?> FindAsync<T>(string name)
            where T : class => EvidenceFile.FindAsync<T>(folder, name, cancellationToken);
    }

    /// <summary>Reads <c>run.json</c> alone, of a run that may not have ended.</summary>
    /// <exception cref="RefusedException">There is none, or it is of another format.</exception>
    public static async Task<RunDescription> DescribeAsync(string folder, CancellationToken cancellationToken) =>
        await EvidenceFile.FindAsync(folder, "run.json", text => Describe(text, folder), cancellationToken)
        ?? throw new RefusedException(
            $"{folder} has no run.json, so nothing says what was run. Give the folder of a rehearsal that ended."
        );

    /// <summary>The run as the first line of its journal describes it, where the process died before
    /// <c>run.json</c>.</summary>
    /// <returns>Null where there is no such line.</returns>
    internal static RunDescription? FindBegun(IReadOnlyList<JournalEntry> journal) =>
        journal is [{ Event: JournalEvent.RunStarted, Output: { } output }, ..]
            ? output.Deserialize<RunDescription>(EvidenceJson.Options)
            : null;

    /// <summary>The gate knows no clock; its caller does, and evidence cannot be newer than now.</summary>
    /// <exception cref="RefusedException">The run is dated after <paramref name="now"/>.</exception>
    public void RefuseFuture(DateTimeOffset now)
    {
        if (IsAfter(now))
        {
            throw new RefusedException(
                $"run.json in {Folder} is dated {Format.Time(Last)}, but this machine's clock says {Format.Time(now)}. "
                    + "Set the clock, or give another folder with --evidence."
            );
        }
    }

    /// <summary>Dated after now by more than clocks differ.</summary>
    public bool IsAfter(DateTimeOffset now) => Last > now + Tolerance;

    /// <summary>The shape of the files comes before what they say: of another format not even the names need be the
    /// same.</summary>
    private static RunDescription Describe(string text, string folder)
    {
        var format = (EvidenceJson.Parse(text) as JsonObject)?["format"]?.ToJsonString();
        return format == RunDescription.CurrentFormat.ToString()
            ? EvidenceJson.Deserialize<RunDescription>(text)
            : throw new RefusedException(
                $"run.json in {folder} has {(format is null ? "no format" : $"format {format}")}, expected format "
                    + $"{RunDescription.CurrentFormat}: another version of this suite wrote it. Rehearse again."
            );
    }

    /// <summary>Whoever changes a file and seals the folder again still contradicts the verdict that quotes the first
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
    private static MigrationPlan ReadPlan(string folder, RunDescription run)
    {
        var plan = PlanFile.Load(Path.Combine(folder, "plan.yaml"));
        return run.PlanHash == plan.Hash
            ? plan
            : throw new RefusedException(
                $"plan.yaml in {folder} has the SHA-256 {plan.Hash}, but run.json says that the run used "
                    + $"{run.PlanHash}: they are of different runs; rehearse again."
            );
    }
}
