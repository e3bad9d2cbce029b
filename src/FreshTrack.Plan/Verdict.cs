namespace FreshTrack.Plan;

/// <summary>What a check, a finding or a gate criterion came to, from best to worst for a cutover.</summary>
/// <remarks><see cref="Inconclusive"/> blocks exactly as <see cref="Fail"/> does: what was not proven did not pass.</remarks>
public enum Verdict
{
    Pass,
    Warn,
    Fail,
    Inconclusive,
}

public static class Verdicts
{
    /// <summary>A known failure outranks an open question, and no verdict at all is an open question.</summary>
    public static Verdict Worst(this IEnumerable<Verdict> verdicts)
    {
        Verdict? worst = null;
        foreach (var verdict in verdicts)
        {
            worst = worst is null || Rank(verdict) > Rank(worst.Value) ? verdict : worst;
        }

        return worst ?? Verdict.Inconclusive;
    }

    /// <summary>What a program ends with: 0 for Pass and Warn, 2 for Fail, 3 for Inconclusive.</summary>
    public static int ExitCode(this Verdict verdict) => verdict switch
    {
        Verdict.Pass or Verdict.Warn => 0,
        Verdict.Fail => 2,
        _ => 3,
    };

    private static int Rank(Verdict verdict) => verdict switch
    {
        Verdict.Pass => 0,
        Verdict.Warn => 1,
        Verdict.Inconclusive => 2,
        _ => 3,
    };
}
