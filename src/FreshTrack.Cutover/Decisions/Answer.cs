using System.Diagnostics.CodeAnalysis;

namespace FreshTrack.Cutover.Decisions;

/// <summary>What a person answers to a step that did not pass or to a phase that is late.</summary>
[SuppressMessage("Design", "CA1034:Nested types should not be visible", Justification = "The cases of one answer.")]
public abstract record Answer
{
    private Answer() { }

    /// <summary>Run the step once more; for a late phase, go on.</summary>
    public sealed record Again : Answer;

    /// <summary>Go on without the step.</summary>
    public sealed record Skip(string Reason, string Who) : Answer;

    /// <summary>Take back what was done, and end.</summary>
    public sealed record Undo : Answer;

    /// <summary>Leave everything as it is; the run can be resumed.</summary>
    public sealed record Stop : Answer;
}
