using FreshTrack.Plan;

namespace FreshTrack.Cutover.Runbooks;

/// <summary>How a step ended, in one sentence that a tired person understands.</summary>
public sealed record StepResult(Verdict Verdict, string Summary)
{
    /// <summary>What a resumed run needs of it; it is part of the journal's entry, so it holds no secret.</summary>
    public object? Output { get; init; }

    /// <summary>Nothing was done, because nothing here can do it yet.</summary>
    public bool IsAbsent { get; init; }

    public static StepResult Pass(string summary, object? output = null) =>
        new(Verdict.Pass, summary) { Output = output };

    /// <param name="why">What is missing, and what to do by hand.</param>
    public static StepResult Absent(string why) => new(Verdict.Warn, $"not there yet: {why}") { IsAbsent = true };
}
