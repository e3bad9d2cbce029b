using FreshTrack.Migration.Exporting;
using FreshTrack.Migration.Importing;
using FreshTrack.Migration.Parts;
using FreshTrack.Migration.Users;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration;

public sealed record MoveResult(Manifest Manifest, UserMapResult Users, ImportResult Import);

/// <summary>Export, user map and import in their order. Called again with the same run id, it goes on where it was cut off.</summary>
public sealed class Migrator(NpgsqlDataSource source, NpgsqlDataSource target, ObjectStore store, StackAuthClient stackAuth, TimeProvider time)
{
    /// <exception cref="RefusedException">Something that must hold before work starts does not.</exception>
    /// <exception cref="MigrationException">A part of the move failed; it can be resumed.</exception>
    public async Task<MoveResult> RunAsync(ResolvedPlan plan, MoveOptions options, IProgress<MoveProgress>? progress, CancellationToken cancellationToken)
    {
        await store.EnsureBucketAsync(cancellationToken);
        var manifest = await Exporter.FindAsync(store, options.RunId, cancellationToken)
            ?? await new Exporter(source, store, time).RunAsync(plan, options, progress, cancellationToken);
        var users = await new UserMapper(source, target, stackAuth, time).RunAsync(plan, progress, cancellationToken);
        var import = await new Importer(target, store, time).RunAsync(plan, manifest, options, progress, cancellationToken);
        return new MoveResult(manifest, users, import);
    }
}
