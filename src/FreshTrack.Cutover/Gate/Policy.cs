namespace FreshTrack.Cutover.Gating;

/// <summary>The policy file: what the gate asks of the evidence. Counts and contents of every planned table are always
/// asked.</summary>
public sealed record Policy(IReadOnlyList<IntegrityLimit> Integrity, IReadOnlyList<LatencyLimit> Latency)
{
    /// <summary>SHA-256 of the file's text, lower-case hex; null where the policy was not read from one.</summary>
    public string? Hash { get; init; }

    /// <summary>Null compares with no earlier run.</summary>
    public BaselineLimit? Baseline { get; init; }

    public CutoverPolicy Cutover { get; init; } = new();
}

/// <summary>How many violations a check may have found, all its subjects together.</summary>
/// <param name="Check">A check's name: <c>orphans</c>.</param>
public sealed record IntegrityLimit(string Check, long MaxViolations);

/// <summary>Limits of one scenario; a value that equals its limit has missed it.</summary>
/// <param name="ErrorRate">Failed requests to all requests, above 0 and up to 1.</param>
public sealed record LatencyLimit(string Scenario, decimal P95Ms, decimal P99Ms, decimal ErrorRate, long MinRequests);

/// <summary>How much worse than that of earlier passing runs a p95 must not be.</summary>
/// <param name="Runs">Earlier runs that are needed for a comparison.</param>
/// <param name="P95Worse">0.5 finds a p95 of one and a half times the earlier ones in more than 95 of 100 runs; half of
/// it is allowed.</param>
public sealed record BaselineLimit(int Runs, decimal P95Worse);
