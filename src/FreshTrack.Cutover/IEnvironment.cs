using FreshTrack.Clients.StackAuth;
using FreshTrack.Clients.SupabaseAuth;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Cutover;

/// <summary>Where a runbook runs: the stage of a rehearsal, servers given by address, or production. Nothing else
/// differs between them.</summary>
public interface IEnvironment
{
    /// <summary>Shown on screens and kept in <c>run.json</c>: <c>stage</c>.</summary>
    string Name { get; }

    NpgsqlDataSource Source { get; }

    NpgsqlDataSource Target { get; }

    ObjectStore ObjectStore { get; }

    /// <summary>Null where none was named; a plan that moves users needs one.</summary>
    StackAuthClient? StackAuth { get; }

    /// <summary>Of the source; null where its address is not given.</summary>
    SupabaseAuthClient? SupabaseAuth => null;

    /// <summary>The 32-byte key of the webhook secrets.</summary>
    ReadOnlyMemory<byte> WebhookKey { get; }

    /// <summary>Runs a one-shot command of the API image against the target: <c>migrate</c> or
    /// <c>index-webhook-secrets</c>.</summary>
    /// <exception cref="RefusedException">This environment cannot run the new system.</exception>
    Task<string> RunApiCommandAsync(string command, CancellationToken cancellationToken);

    /// <summary>Starts the API from its image on the migrated target and returns its address once it is
    /// ready.</summary>
    /// <exception cref="RefusedException">This environment cannot run the new system.</exception>
    Task<Uri> DeployApiAsync(CancellationToken cancellationToken);
}
