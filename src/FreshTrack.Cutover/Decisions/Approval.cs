namespace FreshTrack.Cutover.Decisions;

/// <summary>Who confirmed a step. Names are typed, so this rests on honour.</summary>
/// <param name="Runner">Who runs the procedure.</param>
/// <param name="Approver">Another person, who approved.</param>
public sealed record Approval(string Runner, string Approver);
