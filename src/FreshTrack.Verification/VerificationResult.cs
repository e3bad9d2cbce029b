using FreshTrack.Plan;

namespace FreshTrack.Verification;

/// <summary>All checks of one verification, ordered by check and subject: the content of <c>verification.json</c>.</summary>
public sealed record VerificationResult(DateTimeOffset StartedAt, IReadOnlyList<CheckResult> Checks)
{
    /// <summary>The worst of all checks; no check at all is Inconclusive.</summary>
    public Verdict Verdict => Checks.Select(check => check.Verdict).Worst();
}

/// <summary>What one check came to for one subject.</summary>
/// <param name="Check">One of <see cref="CheckNames"/>.</param>
/// <param name="Subject">Target table, constraint or sequence, as in <c>public.units</c>.</param>
/// <param name="Rows">Rows that were read to come to the verdict: those of the side that has more.</param>
/// <param name="Violations">Rows (for <c>timestamps</c> also bounds) that are not as they must be; what the policy limits.</param>
/// <param name="DurationSeconds">Wall time of the check.</param>
public sealed record CheckResult(string Check, string Subject, Verdict Verdict, long Rows, long Violations, string Reason, Differences? Differences, double DurationSeconds);

/// <summary>The names of the checks, as policy files and evidence spell them.</summary>
public static class CheckNames
{
    public const string Plan = "plan";
    public const string Counts = "counts";
    public const string Contents = "contents";
    public const string Orphans = "orphans";
    public const string InvalidUuids = "invalid_uuids";
    public const string FutureTimestamps = "future_timestamps";
    public const string Timestamps = "timestamps";
    public const string BrokenHashChain = "broken_hash_chain";
    public const string UniqueKeys = "unique_keys";
    public const string UserMap = "user_map";
    public const string Partitions = "partitions";
    public const string Sequences = "sequences";
}
