using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification;

/// <summary>One thing to verify on one subject. Throwing is allowed and means Inconclusive.</summary>
internal interface ICheck
{
    string Name { get; }

    string Subject { get; }

    Task<Outcome> RunAsync(BothSides sides, CancellationToken cancellationToken);
}

/// <summary>What a check found. <see cref="Judge"/> is the one way
/// to Pass, and it passes nothing that read no rows.</summary>
internal sealed class Outcome
{
    private Outcome(Verdict verdict, long rows, long violations, string reason, Differences? differences) =>
        (Verdict, Rows, Violations, Reason, Differences) = (verdict, rows, violations, reason, differences);

    public Verdict Verdict { get; }

    public long Rows { get; }

    public long Violations { get; }

    public string Reason { get; }

    public Differences? Differences { get; }

    public SideRows? Sides { get; private init; }

    /// <summary>The same, with the rows that each side has.</summary>
    public Outcome Of(SideRows sides) => new(Verdict, Rows, Violations, Reason, Differences) { Sides = sides };

    public static Outcome Judge(
        long rows,
        long violations,
        string reason,
        bool mayBeEmpty = false,
        Differences? differences = null
    ) =>
        (rows, violations) switch
        {
            (< 0, _) or (_, < 0) => Inconclusive(
                $"Counted {rows} rows and {violations} violations; neither can be negative."
            ),
            (_, > 0) => new Outcome(Verdict.Fail, rows, violations, reason, differences),
            (0, _) when !mayBeEmpty => Inconclusive(
                "Read no rows. If the table may be empty, say may_be_empty: true in the plan."
            ),
            (_, 0) => new Outcome(Verdict.Pass, rows, 0, reason, differences),
        };

    public static Outcome Warn(long rows, long violations, string reason) =>
        new(Verdict.Warn, rows, violations, reason, null);

    public static Outcome Inconclusive(string reason) => new(Verdict.Inconclusive, 0, 0, reason, null);
}
