namespace FreshTrack.Cutover.Environments;

/// <summary>Runs the new API's image: one-shot commands, and the service itself.</summary>
public interface IApiDeployment
{
    /// <summary>Runs a one-shot command against the target to its end: <c>migrate</c>, <c>migrate F</c> or
    /// <c>index-webhook-secrets</c>.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed; its last lines are in the message.</exception>
    Task<string> RunAsync(string command, CancellationToken cancellationToken);

    /// <summary>Starts the API on the migrated target, in place of one that runs, and returns its address once it is
    /// ready.</summary>
    Task<Uri> StartAsync(CancellationToken cancellationToken);

    /// <summary>Stops the API; does nothing where none runs.</summary>
    Task StopAsync(CancellationToken cancellationToken);

    /// <summary>The address of the API that runs, whoever started it; null where none does.</summary>
    Task<Uri?> FindAsync(CancellationToken cancellationToken);
}
