namespace FreshTrack.Cutover.Gating;

/// <summary>What a cutover asks of the rehearsal before it, and which warnings it tolerates there. Counts, contents and
/// integrity, and whatever failed or is open, are tolerated by no policy.</summary>
public sealed record CutoverPolicy
{
    public const string ProductionScale = "production";

    /// <summary>How old the rehearsal may be when the cutover starts, counted from its end. Null allows no
    /// cutover.</summary>
    public TimeSpan? RehearsalMaxAge { get; init; }

    /// <summary>The scale of the data that were rehearsed with.</summary>
    public string Scale { get; init; } = ProductionScale;

    /// <summary>What may have been stood in for, by production's name: <c>MinIO</c>.</summary>
    public IReadOnlyList<string> ToleratedStandIns { get; init; } = [];

    /// <summary>Ids of planned steps that a run may leave out, as absent.</summary>
    public IReadOnlyList<string> ToleratedLeftOut { get; init; } = [];

    /// <summary>Codes of preflight's warnings that were decided on. Null leaves the findings to the step's own
    /// verdict.</summary>
    public IReadOnlyList<string>? ToleratedFindings { get; init; }
}
