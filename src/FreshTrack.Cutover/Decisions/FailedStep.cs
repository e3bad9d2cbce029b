using FreshTrack.Cutover.Runbooks;

namespace FreshTrack.Cutover.Decisions;

/// <summary>A step that came to Fail or Inconclusive, or threw.</summary>
/// <param name="CanUndo">Traffic has not moved, so the procedure can be taken back.</param>
public sealed record FailedStep(Phase Phase, Step Step, StepResult Result, bool CanUndo);
