using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification.Rules;

/// <summary>What the target declares about its data, and the checks therefore hold the data against.</summary>
internal sealed record TargetCatalog(
    IReadOnlyList<ForeignKey> ForeignKeys,
    IReadOnlyList<UniqueKey> UniqueKeys,
    IReadOnlyList<DeclaredRule> NotNulls,
    IReadOnlyList<DeclaredRule> Checks,
    IReadOnlyList<PartitionedTable> Partitioned,
    IReadOnlyList<Partition> Partitions,
    IReadOnlyList<ColumnSequence> Sequences
)
{
    /// <exception cref="QueryFailedException">A part of the catalog could not be read, or did not come as a
    /// whole.</exception>
    public static async Task<TargetCatalog> ReadAsync(Side target, CancellationToken cancellationToken)
    {
        await using var session = await target.OpenSessionAsync(cancellationToken);
        return new TargetCatalog(
            await session.ListAsync(ForeignKey.Query, ForeignKey.Read, cancellationToken),
            await session.ListAsync(UniqueKey.Query, UniqueKey.Read, cancellationToken),
            await session.ListAsync(DeclaredRule.NotNulls, DeclaredRule.Read, cancellationToken),
            await session.ListAsync(DeclaredRule.Checks, DeclaredRule.Read, cancellationToken),
            await session.ListAsync(PartitionedTable.Query, PartitionedTable.Read, cancellationToken),
            await session.ListAsync(Partition.Query, Partition.Read, cancellationToken),
            await session.ListAsync(ColumnSequence.Query, ColumnSequence.Read, cancellationToken)
        );
    }
}
