using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification.Integrity;

/// <summary>What the target declares about its data, and the checks therefore hold the data against.</summary>
internal sealed record TargetCatalog(
    IReadOnlyList<ForeignKey> ForeignKeys, IReadOnlyList<UniqueKey> UniqueKeys, IReadOnlyList<PartitionedTable> Partitioned, IReadOnlyList<OwnedSequence> Sequences)
{
    public static async Task<TargetCatalog> ReadAsync(Session session, CancellationToken cancellationToken) => new(
        await session.ListAsync(ForeignKey.Query, ForeignKey.Read, cancellationToken),
        await session.ListAsync(UniqueKey.Query, UniqueKey.Read, cancellationToken),
        await session.ListAsync(PartitionedTable.Query, PartitionedTable.Read, cancellationToken),
        await session.ListAsync(OwnedSequence.Query, OwnedSequence.Read, cancellationToken));
}
