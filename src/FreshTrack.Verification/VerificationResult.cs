namespace FreshTrack.Verification;

/// <summary>All checks of one verification, ordered by check and subject:
/// the content of <c>verification.json</c>.</summary>
public sealed record VerificationResult(DateTimeOffset StartedAt, IReadOnlyList<CheckResult> Checks)
{
    /// <summary>The worst of all checks; no check at all is Inconclusive.</summary>
    public Verdict Verdict => Checks.Select(check => check.Verdict).Worst();
}

/// <summary>What one check came to for one subject.</summary>
/// <param name="Check">One of <see cref="CheckNames"/>.</param>
/// <param name="Subject">Target table, constraint or sequence, as in <c>public.units</c>.</param>
/// <param name="Rows">Rows that were read to come to the verdict: those of the side that has more.</param>
/// <param name="Violations">Rows that are not as they must be, for <c>timestamps</c> also bounds, for
/// <c>large_values</c> columns; what the policy limits.</param>
/// <param name="DurationSeconds">Wall time of the check.</param>
public sealed record CheckResult(
    string Check,
    string Subject,
    Verdict Verdict,
    long Rows,
    long Violations,
    string Reason,
    Differences? Differences,
    double DurationSeconds
)
{
    /// <summary>Rows of either side, where the check counts them.</summary>
    public SideRows? Sides { get; init; }
}

public sealed record SideRows(long Source, long Target);

/// <summary>The names of the checks, as policy files and evidence spell them.</summary>
public static class CheckNames
{
    /// <summary>The plan fits both databases: asked before any row is read, by who resolves the plan.</summary>
    public const string Plan = "plan";

    /// <summary>Both sides have as many rows, in total and in every group of <c>count_by</c>.</summary>
    public const string Counts = "counts";

    /// <summary>Every cell of every row is what the plan makes of the source's.</summary>
    public const string Contents = "contents";

    /// <summary>Columns that the plan marks secret hold the source's bytes, row by row.</summary>
    public const string EncryptedColumns = "encrypted_columns";

    /// <summary>Texts, documents and blobs are as many and as long as the source's.</summary>
    public const string LargeValues = "large_values";

    /// <summary>First, last and precise times of a column are the source's.</summary>
    public const string Timestamps = "timestamps";

    /// <summary>What is said to have happened did not happen after now.</summary>
    public const string FutureTimestamps = "future_timestamps";

    /// <summary>UUIDs are well-formed and not nil.</summary>
    public const string InvalidUuids = "invalid_uuids";

    /// <summary>Every foreign key of the target holds on its data.</summary>
    public const string Orphans = "orphans";

    /// <summary>Every unique key of the target, and the plan's own, holds on its data.</summary>
    public const string UniqueKeys = "unique_keys";

    /// <summary>Every NOT NULL of the target, also of a column's domain, holds on its data.</summary>
    public const string NotNull = "not_null";

    /// <summary>Every CHECK of the target, also of a column's domain, holds on its data.</summary>
    public const string CheckConstraints = "check_constraints";

    /// <summary>Every row lies within the bounds of its partition, and none in a default partition.</summary>
    public const string Partitions = "partitions";

    /// <summary>Every sequence is beyond the values of the columns that it fills, and can go on.</summary>
    public const string Sequences = "sequences";

    /// <summary>The user map is a bijection that knows every user id of both sides.</summary>
    public const string UserMap = "user_map";

    /// <summary>Every hash of a chain is that of its row, and every link leads to one row.</summary>
    public const string BrokenHashChain = "broken_hash_chain";
}
