using System.Data.Common;

namespace FreshTrack.Verification;

/// <summary>What to verify: a plan and the two databases. Data sources are abstract, so that a test can stand
/// between.</summary>
public sealed record VerificationRequest(MigrationPlan Plan, DbDataSource Source, DbDataSource Target)
{
    /// <summary>Timestamps of the past that lie after this clock's now are violations; it also limits and measures
    /// every check.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Checks at once; each holds at most one connection a side, besides one a side for the
    /// snapshot.</summary>
    public int Parallelism { get; init; } = 4;

    /// <summary>A check that takes longer is Inconclusive; so are all when opening the databases does.</summary>
    public TimeSpan CheckLimit { get; init; } = TimeSpan.FromMinutes(30);
}
