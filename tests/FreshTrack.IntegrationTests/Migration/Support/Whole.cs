using FreshTrack.Migration.Exporting;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Migration;

/// <summary>What holds after every move, whatever happened on the way.</summary>
internal static class Whole
{
    /// <summary>Every row is there once, nothing is left to put back,
    /// and the store holds what the manifest names and nothing else.</summary>
    public static async Task AssertAsync(Move move, ResolvedPlan plan, CancellationToken cancellationToken)
    {
        // Sessions that a test has cut rest in the pools.
        move.Source.Clear();
        move.Target.Clear();
        await Contents.AreEqualAsync(move, plan, cancellationToken);
        var manifest = await Exporter.FindAsync(move.Store, move.Options.RunId, cancellationToken);
        var keys = manifest!.Parts.Select(part => part.Key).Order().ToList();
        Assert.Equal(
            keys,
            await Move.RowsAsync(
                move.Target,
                "select part_key from migration.ledger "
                    + $"where run_id = '{move.Options.RunId}' order by part_key collate \"C\"",
                cancellationToken
            )
        );
        Assert.Equal(
            ["0"],
            await Move.RowsAsync(move.Target, "select count(*)::text from migration.deferred", cancellationToken)
        );
        var stored = await move
            .Store.ListAsync(Manifest.FolderOf(move.Options.RunId), cancellationToken)
            .ToListAsync(cancellationToken);
        Assert.Equal([.. keys.Append(Manifest.KeyOf(move.Options.RunId)).Order()], stored.Order());
    }
}
