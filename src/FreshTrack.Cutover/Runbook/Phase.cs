namespace FreshTrack.Cutover.Runbook;

/// <summary>One of the cutover's six T-0 phases, with its planned window counted from T-0.</summary>
public sealed record Phase(
    int Number,
    string Name,
    TimeSpan PlannedStart,
    TimeSpan PlannedEnd,
    IReadOnlyList<Step> Steps
)
{
    /// <summary>What the release manager confirms before it begins; null when it follows by itself. A rehearsal asks
    /// nobody.</summary>
    public string? Confirmation { get; init; }
}

/// <summary>What a phase does, in order. A step that does not pass ends the run: no later step sees a half-done earlier
/// one.</summary>
/// <param name="Id">Stable name in journal and timeline: <c>freeze.prove</c>.</param>
public sealed record Step(
    string Id,
    string Title,
    Func<CutoverRun, IProgress<string>, CancellationToken, Task<StepResult>> RunAsync
);
