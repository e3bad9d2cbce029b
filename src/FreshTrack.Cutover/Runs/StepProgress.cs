using FreshTrack.Migration;
using FreshTrack.Verification;

namespace FreshTrack.Cutover.Runs;

/// <summary>How far a step or other work is, for whoever watches.</summary>
/// <param name="Text">Such as <c>sensor_readings 62%, 210,000 rows/s, 12 s left</c>.</param>
/// <param name="Share">Share done, 0 to 1; null when it is not known.</param>
public record StepProgress(string Text, double? Share = null);

/// <summary>Progress of an export, a user map or an import.</summary>
public sealed record MoveStepProgress(MoveProgress Move) : StepProgress(MoveProgressText.Of(Move), Move.Share);

/// <summary>A check of the verification that has just ended.</summary>
public sealed record CheckEnded(CheckResult Check, string Line) : StepProgress($"{Check.Verdict}: {Line}");
