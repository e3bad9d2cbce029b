using FreshTrack.Plan;

namespace FreshTrack.Cutover.Deploy;

/// <summary>All that stands around the API: frontend, proxy, monitoring, status page, backups.</summary>
/// <param name="services">Those of the Compose files that are started; null for all of them, the API and what it stores
/// its data in included.</param>
/// <param name="leftOut">Those that are not, by name.</param>
public sealed class StackServices(
    ServerShell shell,
    StackDeployment deployment,
    ServerDirectory directory,
    Compose compose,
    Release release,
    IReadOnlyList<string>? services,
    IReadOnlyList<string> leftOut
)
{
    /// <summary>The secret file in which the proxy's own authority is kept for whoever asks for public names from
    /// inside.</summary>
    public const string AuthorityFile = "proxy_authority";

    private const int LogLines = 500;

    private const string Frontend = "frontend";
    private const string Proxy = "caddy";
    private const string AuthorityPath = "/data/caddy/pki/authorities/local/root.crt";
    private const string ClosedFile = "/config/maintenance";

    public IReadOnlyList<string> LeftOut => leftOut;

    /// <summary>Starts or replaces what differs from what runs: frontend and proxy first, then everything
    /// else.</summary>
    /// <param name="hasOwnAuthority">The proxy signs its certificates itself: whoever asks from inside is given its
    /// root before it starts.</param>
    /// <returns>The services that are well now, and those of them that were started or replaced.</returns>
    /// <exception cref="RefusedException">Secrets or images are missing; nothing was started.</exception>
    /// <exception cref="ServerException">A service is not well: its last lines are in the message.</exception>
    public async Task<(IReadOnlyList<string> Well, IReadOnlyList<string> Started)> StartAsync(
        bool hasOwnAuthority,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        string[] front = [Frontend, Proxy];
        string[] first = [.. services?.Intersect(front) ?? front];
        var before = first.Length == 0 ? [] : await DeployAsync(first, progress, cancellationToken);
        if (hasOwnAuthority)
        {
            await directory.PlaceSecretAsync(AuthorityFile, await AuthorityAsync(cancellationToken), cancellationToken);
        }

        string[] rest = [.. services?.Except(front) ?? []];
        var after =
            rest.Length == 0 && services is not null ? [] : await DeployAsync(rest, progress, cancellationToken);
        // From here on it is what a later deployment goes back to.
        await directory.KeepAsync(release.Id, cancellationToken);
        DeployPlan[] plans = [.. before, .. after];
        string[] started = [.. plans.SelectMany(plan => plan.Rounds).SelectMany(round => round).Distinct()];
        return ([.. plans.SelectMany(plan => plan.Same).Union(started)], started);
    }

    /// <summary>The root of the proxy's own authority, as PEM.</summary>
    public Task<string> AuthorityAsync(CancellationToken cancellationToken) =>
        compose.ExecAsync(Proxy, ["cat", AuthorityPath], cancellationToken);

    /// <summary>Shows the maintenance page in place of the application.</summary>
    public Task CloseAsync(CancellationToken cancellationToken) =>
        compose.ExecAsync(Proxy, ["touch", ClosedFile], cancellationToken);

    /// <summary>Shows the application again.</summary>
    /// <exception cref="ServerException">It may be closed still; the message says how it is opened by hand.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await compose.ExecAsync(Proxy, ["rm", "-f", ClosedFile], cancellationToken);
        }
        catch (ServerException e)
        {
            throw new ServerException(
                $"The application may still be closed for its users: remove {ClosedFile} in the container of {Proxy} "
                    + $"on {shell.Address}. {e.Message}",
                e
            );
        }
    }

    /// <summary>Whether anything of it was started here before.</summary>
    public async Task<bool> WasStartedAsync(CancellationToken cancellationToken) =>
        await directory.ReleaseAsync(ServerDirectory.Current, cancellationToken) is not null;

    /// <summary>Lets all of it stand still, so that nothing of it takes part in a measurement, or go on; does nothing
    /// where it was not started.</summary>
    public async Task PauseAsync(bool isPaused, CancellationToken cancellationToken)
    {
        if (await WasStartedAsync(cancellationToken))
        {
            await compose.PauseAsync(isPaused, cancellationToken);
        }
    }

    /// <returns>What every service has printed last, without what may be a secret.</returns>
    public Task<string> LogsAsync(CancellationToken cancellationToken) =>
        compose.LogsAsync(LogLines, cancellationToken);

    public override string ToString() =>
        services is null ? $"every service on {shell.Address}" : $"{services.Count} services on {shell.Address}";

    private async Task<DeployPlan[]> DeployAsync(
        IReadOnlyList<string> wanted,
        IProgress<string> progress,
        CancellationToken cancellationToken
    ) => [await deployment.DeployAsync(release, wanted, progress, cancellationToken)];
}
