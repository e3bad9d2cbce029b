using FreshTrack.Plan;

namespace FreshTrack.Cutover.Runbook;

/// <summary>How a step ended, in one sentence that a tired person understands.</summary>
public sealed record StepResult(Verdict Verdict, string Summary)
{
    public bool MayContinue => Verdict is Verdict.Pass or Verdict.Warn;

    public static StepResult Pass(string summary) => new(Verdict.Pass, summary);
}
