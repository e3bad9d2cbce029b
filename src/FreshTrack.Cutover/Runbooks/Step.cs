using System.Text.Json.Nodes;
using FreshTrack.Cutover.Runs;

namespace FreshTrack.Cutover.Runbooks;

/// <summary>One step of a runbook. A step that does not pass ends the run, so no later step sees a half-done earlier
/// one. Every step may be run again.</summary>
/// <param name="Id">Stable name in journal and timeline: <c>freeze.prove</c>.</param>
public sealed record Step(
    string Id,
    string Title,
    Func<RunContext, IProgress<StepProgress>, CancellationToken, Task<StepResult>> RunAsync
)
{
    /// <summary>Restores what later steps need from the output that this step left in the journal when it passed, in
    /// place of running it again; null for a step that a resumed run repeats.</summary>
    public Func<RunContext, JsonNode?, CancellationToken, Task<StepResult>>? RestoreAsync { get; init; }

    /// <summary>Changes source, target or object store. What is refused after such a step has passed is a failure, not
    /// a refusal.</summary>
    public bool Changes { get; init; }
}
