namespace FreshTrack.Plan;

/// <summary>What a check, a finding or a gate criterion came to, in the order from best to worst.</summary>
/// <remarks>
/// <see cref="Inconclusive"/> blocks exactly as <see cref="Fail"/> does: what was not proven did not pass.
/// It is the type's default, so that what nobody judged is an open question.
/// </remarks>
public enum Verdict
{
    Pass = -2,
    Warn = -1,
    Inconclusive = 0,
    Fail = 1,
}

public static class Verdicts
{
    /// <summary>A known failure outranks an open question, and no verdict at all is an open question.</summary>
    public static Verdict Worst(this IEnumerable<Verdict> verdicts) =>
        verdicts.DefaultIfEmpty(Verdict.Inconclusive).Max();

    /// <summary>What a program ends with: 0 for Pass and Warn, 2 for Fail, 3 for Inconclusive.</summary>
    public static int ExitCode(this Verdict verdict) =>
        verdict switch
        {
            Verdict.Pass or Verdict.Warn => 0,
            Verdict.Fail => 2,
            _ => 3,
        };
}
