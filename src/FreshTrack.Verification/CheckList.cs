using FreshTrack.Verification.Contents;
using FreshTrack.Verification.Databases;
using FreshTrack.Verification.Rules;

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
    public static IEnumerable<ICheck> OfPlan(ResolvedPlan plan, DateTimeOffset now) =>
        [
            .. plan.Targets.Select(table => new ContentsCheck(table)),
            .. plan.Targets.Select(table => new CountsCheck(table)),
            .. EncryptedColumnsCheck.For(plan),
            .. LargeValuesCheck.For(plan),
            .. HashChainCheck.For(plan),
            .. UserMapCheck.For(plan),
            .. UuidChecks.For(plan),
            .. FutureTimestampChecks.For(plan, now),
            .. TimestampBoundsCheck.For(plan),
        ];

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
            return
            [
                .. OrphanChecks.For(catalog, plan),
                .. UniqueKeyChecks.For(catalog, plan),
                .. DeclaredRuleChecks.For(CheckNames.NotNull, catalog.NotNulls, plan),
                .. DeclaredRuleChecks.For(CheckNames.CheckConstraints, catalog.Checks, plan),
                .. PartitionChecks.For(catalog, plan),
                .. SequenceChecks.For(catalog, plan),
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
