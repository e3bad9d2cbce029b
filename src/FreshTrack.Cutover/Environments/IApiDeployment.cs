namespace FreshTrack.Cutover.Environments;

/// <summary>Runs the new API's image: one-shot commands, and the service itself, in one instance or several.</summary>
public interface IApiDeployment
{
    /// <summary>Runs a one-shot command against the target to its end: <c>migrate</c>, <c>migrate F</c> or
    /// <c>index-webhook-secrets</c>.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed; its last lines are in the message.</exception>
    Task<string> RunAsync(string command, CancellationToken cancellationToken);

    /// <summary>Starts every instance on the migrated target, in place of those that run, and returns the address that
    /// users have for the API once all of them are ready.</summary>
    Task<Uri> StartAsync(CancellationToken cancellationToken);

    /// <summary>Stops every instance; does nothing where none runs.</summary>
    Task StopAsync(CancellationToken cancellationToken);

    /// <summary>The address that users have for the API while any instance runs, whoever started it; null where none
    /// does.</summary>
    Task<Uri?> FindAsync(CancellationToken cancellationToken);

    /// <summary>What each instance that there should be says at <c>/health</c>, asked past any proxy; empty where none
    /// runs.</summary>
    Task<IReadOnlyList<InstanceHealth>> HealthAsync(CancellationToken cancellationToken);
}
