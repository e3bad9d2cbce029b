using FreshTrack.Plan;

namespace FreshTrack.Cutover.Runbooks;

/// <summary>How a step ended, in one sentence that a tired person understands.</summary>
public sealed record StepResult(Verdict Verdict, string Summary)
{
    /// <summary>What a resumed run needs of it; it is part of the journal's entry, so it holds no secret.</summary>
    public object? Output { get; init; }

    public static StepResult Pass(string summary, object? output = null) =>
        new(Verdict.Pass, summary) { Output = output };
}
