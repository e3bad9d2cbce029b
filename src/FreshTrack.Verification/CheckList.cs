using FreshTrack.Plan;
using FreshTrack.Verification.Contents;
using FreshTrack.Verification.Databases;
using FreshTrack.Verification.Integrity;

namespace FreshTrack.Verification;

/// <summary>Which checks a plan and a target call for.</summary>
internal static class CheckList
{
    private static readonly string[] NeedCatalog =
    [
        CheckNames.Orphans,
        CheckNames.UniqueKeys,
        CheckNames.NotNull,
        CheckNames.CheckConstraints,
        CheckNames.Partitions,
        CheckNames.Sequences,
    ];

    /// <summary>The checks that the plan alone calls for. The longest go first.</summary>
    public static IEnumerable<ICheck> OfPlan(ResolvedPlan plan, DateTimeOffset now)
    {
        var planned = new PlannedTables(plan);
        return
        [
            .. planned.All.Select(table => new ContentsCheck(table)),
            .. planned.All.Select(table => new CountsCheck(table)),
            .. EncryptedColumnsCheck.For(planned),
            .. LargeValuesCheck.For(planned),
            .. HashChainCheck.For(planned),
            .. UserMapCheck.For(plan),
            .. UuidChecks.For(planned),
            .. FutureTimestampChecks.For(planned, now),
            .. TimestampBoundsCheck.For(planned),
        ];
    }

    /// <summary>The checks that the target's own declarations call for;
    /// when they cannot be read, checks that say so.</summary>
    public static async Task<IReadOnlyList<ICheck>> OfTargetAsync(
        BothSides sides,
        ResolvedPlan plan,
        TimeLimit limit,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var catalog = await limit.RunAsync(
                token => TargetCatalog.ReadAsync(sides.Target, token),
                cancellationToken
            );
            var planned = new PlannedTables(plan);
            return
            [
                .. OrphanChecks.For(catalog, planned),
                .. UniqueKeyChecks.For(catalog, planned),
                .. DeclaredRuleChecks.For(CheckNames.NotNull, catalog.NotNulls, planned),
                .. DeclaredRuleChecks.For(CheckNames.CheckConstraints, catalog.Checks, planned),
                .. PartitionChecks.For(catalog, planned),
                .. SequenceChecks.For(catalog, planned),
            ];
        }
        catch (UnfinishedException unfinished)
        {
            return Unknown(unfinished.Message);
        }
    }

    public static IReadOnlyList<ICheck> Unknown(string reason) =>
        [
            .. NeedCatalog.Select(name => new TargetCheck(
                name,
                "target catalog",
                (_, _) => Task.FromResult(Outcome.Inconclusive($"Not run: {reason}"))
            )),
        ];
}
