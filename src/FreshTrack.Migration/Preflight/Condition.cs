using FreshTrack.Plan;

namespace FreshTrack.Migration.Preflighting;

/// <summary>What a row must not be: counted over the rows of one table by <see cref="ConditionScan"/>.</summary>
/// <param name="Message">What is wrong with a row that is hit; also names the condition when it cannot be
/// tested.</param>
/// <param name="Hit">SQL that is true for the rows that would not arrive as they are, or that the target would
/// refuse.</param>
internal sealed record Condition(string Code, Verdict Verdict, string Subject, string Message, Sql Hit)
{
    /// <summary>Target columns that <see cref="Hit"/> names; not needed where it is written over the source's own
    /// row.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>What <see cref="Hit"/> casts: a value that the source refuses is one that does not cast. Null: a
    /// refused value leaves the condition untested.</summary>
    public ConditionCast? Cast { get; init; }

    public Finding Found(long? rows, IReadOnlyList<string> examples) =>
        new(Code, Verdict, Subject, Message, rows) { Examples = examples };
}

/// <param name="Type">The type that <paramref name="Value"/> is cast to.</param>
internal sealed record ConditionCast(Sql Value, string Type);
