using FreshTrack.Cutover.Evidence;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.Cutover;

/// <summary>What the steps of one run share: where they work, what they were given, and what the earlier ones
/// found.</summary>
public sealed class CutoverRun(IEnvironment environment, MigrationPlan plan, EvidenceFolder evidence)
{
    public IEnvironment Environment { get; } = environment;

    public MigrationPlan Plan { get; } = plan;

    public EvidenceFolder Evidence { get; } = evidence;

    public ResolvedPlan? Resolved { get; set; }

    public Manifest? Manifest { get; set; }

    public VerificationResult? Verification { get; set; }

    public Uri? Api { get; set; }

    /// <summary>Runs between the import and the verification: how a rehearsal injects the faults that a verifier must
    /// find.</summary>
    public Func<CutoverRun, CancellationToken, Task>? AfterImport { get; init; }
}
