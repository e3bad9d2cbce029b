namespace FreshTrack.Plan;

/// <summary>One thing that preflight or a check found: where, how many rows it hits, and up to three example
/// keys.</summary>
/// <param name="Code">Stable kebab-case kind, as in <c>column-not-mapped</c>.</param>
/// <param name="Subject">Table, or table and column: <c>public.units.make</c>.</param>
/// <param name="Rows">Rows that are hit; null where the finding is about the schema alone.</param>
public sealed record Finding(string Code, Verdict Verdict, string Subject, string Message, long? Rows = null)
{
    public IReadOnlyList<string> Examples { get; init; } = [];
}
