using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbook;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.Cutover.Gating;

/// <summary>All that the gate looks at. It reads no file and no clock: equal input gives an equal verdict.</summary>
/// <param name="Tables">Target tables of the plan; each must have been counted and compared.</param>
/// <param name="Load">Null when there was no load test; a policy with latency limits is then Inconclusive.</param>
/// <param name="Baselines">The load results of the last passing runs of the same scale and machine, newest first; null
/// when nobody looked for them, which is Inconclusive.</param>
/// <param name="StandIns">Images that stood in for others.</param>
public sealed record GateInput(
    IReadOnlyList<PlannedTable> Tables,
    IReadOnlyList<CheckEvidence> Checks,
    LoadResult? Load,
    IReadOnlyList<LoadResult>? Baselines,
    IReadOnlyList<StandIn> StandIns
)
{
    /// <summary>The steps of the runbook; null when none was recorded, which is Inconclusive.</summary>
    public Timeline? Timeline { get; init; }

    /// <summary>Null when the run left no description, which is Inconclusive.</summary>
    public RunTimes? Run { get; init; }

    /// <summary>What was broken on purpose; null when nothing was.</summary>
    public string? Inject { get; init; }
}

/// <param name="EndedAt">Null when the run was cut off.</param>
public sealed record RunTimes(DateTimeOffset StartedAt, DateTimeOffset? EndedAt);

/// <param name="Name">As the checks name their subjects: <c>public.units</c>.</param>
public sealed record PlannedTable(string Name, bool MayBeEmpty);

/// <summary>What the verifier found out about one subject.</summary>
/// <param name="Check">The check's name: <c>counts</c>.</param>
/// <param name="Subject">Table, constraint or sequence.</param>
/// <param name="Rows">Rows that were compared or looked at.</param>
/// <param name="Violations">Rows that are not as they must be.</param>
public sealed record CheckEvidence(
    string Check,
    string Subject,
    Verdict Verdict,
    long Rows,
    long Violations,
    string Reason
)
{
    /// <summary>Rows of either side; null where the check does not count them.</summary>
    public SideRows? Sides { get; init; }
}

/// <summary>An image that was used because another was not to be had: the RADOS gateway for MinIO.</summary>
public sealed record StandIn(string Image, string InsteadOf);
