using FreshTrack.Migration.Exporting;
using FreshTrack.Migration.Freezing;
using FreshTrack.Migration.Importing;
using FreshTrack.Migration.Parts;
using FreshTrack.Migration.Users;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration;

public sealed record MoveResult(Manifest Manifest, UserMapResult Users, ImportResult Import);

/// <summary>Export, user map and import in their order.
/// Called again with the same run id, it goes on where it was cut off.</summary>
/// <param name="stackAuth">Null will do for a plan that moves no users.</param>
public sealed class Migrator(
    NpgsqlDataSource source,
    NpgsqlDataSource target,
    ObjectStore store,
    StackAuthClient? stackAuth,
    TimeProvider time
)
{
    /// <exception cref="RefusedException">Something that must hold before work starts does not.</exception>
    /// <exception cref="MigrationException">A part of the move failed; it can be resumed.</exception>
    public async Task<MoveResult> RunAsync(
        ResolvedPlan plan,
        MoveOptions options,
        IProgress<MoveProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var manifest = await ExportAsync(plan, options, progress, cancellationToken);
        var users = await MapUsersAsync(plan, options, progress, cancellationToken);
        return new MoveResult(manifest, users, await ImportAsync(plan, manifest, options, progress, cancellationToken));
    }

    public Task<Manifest> ExportAsync(
        ResolvedPlan plan,
        MoveOptions options,
        IProgress<MoveProgress>? progress,
        CancellationToken cancellationToken
    ) => new Exporter(source, store, time).RunAsync(plan, options, progress, cancellationToken);

    public Task<UserMapResult> MapUsersAsync(
        ResolvedPlan plan,
        MoveOptions options,
        IProgress<MoveProgress>? progress,
        CancellationToken cancellationToken
    ) => new UserMapper(source, target, stackAuth, time).RunAsync(plan, options.RunId, progress, cancellationToken);

    /// <summary>Imports, and then looks whether the source is still what was exported.</summary>
    public async Task<ImportResult> ImportAsync(
        ResolvedPlan plan,
        Manifest manifest,
        MoveOptions options,
        IProgress<MoveProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var result = await new Importer(target, store, time).RunAsync(
            plan,
            manifest,
            options,
            progress,
            cancellationToken
        );
        SourceGuard.RefuseChanges(
            options.RunId,
            manifest.Source,
            await Persistence.RunAsync(
                stop => SourceGuard.FrozenAsync(source, plan.Plan, stop),
                time,
                cancellationToken
            )
        );
        return result;
    }

    /// <summary>Clears what the run wrote into target and object store, and nothing else. Users in Stack Auth stay:
    /// they are found again by their Supabase id.</summary>
    /// <exception cref="RefusedException">A table holds rows that
    /// the run did not write; nothing was cleared.</exception>
    public async Task ClearAsync(string runId, CancellationToken cancellationToken)
    {
        await new RunEraser(target, time).RunAsync(runId, cancellationToken);
        await foreach (var key in store.ListAsync(Manifest.FolderOf(runId), cancellationToken))
        {
            await store.DeleteAsync(key, cancellationToken);
        }
    }
}
