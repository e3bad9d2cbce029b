using FreshTrack.Migration.Parts;
using FreshTrack.Migration.Users;
using Npgsql;

namespace FreshTrack.Cutover;

/// <summary>Where a runbook runs: the stage of a rehearsal, or production. Nothing else differs between the
/// two.</summary>
public interface IEnvironment
{
    string Name { get; }

    /// <summary>The clock of the systems that are moved; a stage's runs on the fixtures' epoch.</summary>
    TimeProvider Clock { get; }

    NpgsqlDataSource Source { get; }

    NpgsqlDataSource Target { get; }

    ObjectStore ObjectStore { get; }

    StackAuthClient StackAuth { get; }

    /// <summary>Runs a one-shot command of the API image against the target: <c>migrate</c> or
    /// <c>index-webhook-secrets</c>.</summary>
    Task<string> RunApiCommandAsync(string command, CancellationToken cancellationToken);

    /// <summary>Starts the API from its image on the migrated target and returns its address once it is
    /// ready.</summary>
    Task<Uri> DeployApiAsync(CancellationToken cancellationToken);

    /// <summary>The 32-byte key of the webhook secrets.</summary>
    ReadOnlyMemory<byte> WebhookKey { get; }
}
