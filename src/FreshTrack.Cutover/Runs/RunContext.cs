using FreshTrack.Cutover.Deploy;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Steps;
using FreshTrack.Migration;
using FreshTrack.Migration.Freezing;
using FreshTrack.Migration.Importing;
using FreshTrack.Migration.Parts;
using FreshTrack.Migration.Preflighting;
using FreshTrack.Migration.Users;
using FreshTrack.Plan;
using FreshTrack.Verification;
using FreshTrack.Verification.Declarations;

namespace FreshTrack.Cutover.Runs;

/// <summary>What the steps of one run share: where they work, what they were given, and what the earlier ones
/// left.</summary>
public sealed class RunContext(
    CutoverEnvironment environment,
    MigrationPlan plan,
    EvidenceFolder evidence,
    TimeProvider clock
)
{
    /// <summary>Id of the step that leaves <see cref="Load"/>; it belongs to no cutover.</summary>
    public const string LoadStep = "load.run";

    public CutoverEnvironment Environment { get; } = environment;

    public MigrationPlan Plan { get; } = plan;

    public EvidenceFolder Evidence { get; } = evidence;

    public TimeProvider Clock { get; } = clock;

    /// <summary>Null where the new API is not deployed by this run.</summary>
    public IApiDeployment? Deployment { get; init; }

    /// <summary>What the deployed stack stores its data in; null where this run starts nothing of it.</summary>
    public DataServices? Data { get; init; }

    /// <summary>What stands around the API; null where this run starts nothing of it.</summary>
    public StackServices? Stack { get; init; }

    /// <summary>The cutover that this run takes back, returns from or completes; null for none.</summary>
    public FollowedRun? Follows { get; init; }

    /// <summary>What people want to be remembered with this run.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Folder of the final check that the night goes by; null where it is part of this run.</summary>
    public string? FinalCheck { get; init; }

    /// <summary>An image with PostgreSQL's client programs, for where this machine has none that are new enough; null
    /// where there is no such image.</summary>
    public string? PostgresImage { get; init; }

    /// <summary>The object store holds an export of this run, so rows may be in the target already.</summary>
    public bool IsStored { get; set; }

    public MoveOptions MoveOptions { get; init; } = new(evidence.RunId);

    public Handover<PreflightResult> Preflight { get; } = new(FinalCheckRunbook.Preflight);

    public Handover<ResolvedPlan> Resolved { get; } = new(FinalCheckRunbook.Preflight);

    public Handover<FreezeResult> Freeze { get; } = new(CutoverRunbook.Freeze);

    public Handover<CutoverPoint> CutoverPoint { get; } = new(CutoverRunbook.ProveFreeze);

    /// <summary>What the target declared before the import.</summary>
    public Handover<IReadOnlyList<Declaration>> Declarations { get; } = new(DeclarationSteps.Before);

    public Handover<Manifest> Manifest { get; } = new(CutoverRunbook.Export);

    public Handover<UserMapResult> Users { get; } = new(CutoverRunbook.MapUsers);

    public Handover<ImportResult> Import { get; } = new(CutoverRunbook.Import);

    public Handover<VerificationResult> Verification { get; } = new(CutoverRunbook.Verify);

    /// <summary>Address of the deployed API.</summary>
    public Handover<Uri> Api { get; } = new(CutoverRunbook.Deploy);

    public Handover<LoadResult> Load { get; } = new(LoadStep);

    /// <summary>How this process moved, as far as it came; the content of <c>move.json</c>.</summary>
    public MoveSummary Summary { get; set; } = new(evidence.RunId, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
