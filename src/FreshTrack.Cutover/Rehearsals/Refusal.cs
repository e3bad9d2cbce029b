namespace FreshTrack.Cutover.Rehearsals;

/// <summary>One reason why a rehearsal does not allow a cutover.</summary>
/// <param name="What">What was looked at: <c>age</c>.</param>
/// <param name="Value">What was found.</param>
/// <param name="Next">The next step, as a sentence.</param>
public sealed record Refusal(string What, string Value, string Expected, string Next)
{
    /// <summary>The age, and nothing else, may be overridden with a reason.</summary>
    public bool IsAge { get; init; }

    public override string ToString() => $"{What}: {Value}; expected {Expected}. {Next}";
}
