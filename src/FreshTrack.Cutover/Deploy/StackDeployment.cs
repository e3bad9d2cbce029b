using System.Text.Json;
using System.Text.Json.Nodes;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Deploy;

/// <summary>Brings a release to the server and lets it take the place of the one that runs there.</summary>
public sealed class StackDeployment(ServerShell shell, ServerDirectory directory, Compose compose)
{
    /// <summary>What the services that run were made from.</summary>
    private const string Deployed = "deployed.json";

    /// <summary>Until a proxy that looks every half second takes a new instance in.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    /// <summary>How long the services of one round may take to be well.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromMinutes(5);

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Services of the Compose files that are neither started nor kept, by name.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>Held by the caller for longer than one deployment; each takes its own where it is null.</summary>
    public ServerLock? Lock { get; init; }

    /// <summary>Copies the release and checks what all of it needs; nothing is started.</summary>
    /// <exception cref="RefusedException">Secrets or images are missing on the server.</exception>
    public async Task RequireAsync(Release release, CancellationToken cancellationToken)
    {
        await directory.PutAsync(release, cancellationToken);
        var config = await Of(release).ConfigAsync(cancellationToken);
        await RequireSecretsAsync(config, cancellationToken);
        await RequireImagesAsync(config, [], cancellationToken);
    }

    /// <summary>How far a release came, whatever it was that ended its deployment.</summary>
    /// <exception cref="ServerException">The server was not reached, or the release is not there.</exception>
    public async Task<DeployState> StateAsync(Release release, CancellationToken cancellationToken)
    {
        var config = await Of(release).ConfigAsync(cancellationToken);
        var secrets = await SecretsAsync(config, cancellationToken);
        var (images, _) = await ImagesAsync(config, [], cancellationToken);
        return DeployState.Of(
            await DeployedAsync(cancellationToken),
            ServicesOf(config, release, images, StampsOf(secrets)),
            await WellAsync(Of(release), cancellationToken)
        );
    }

    /// <summary>Copies the release, checks what it needs, and starts or replaces what differs from what runs. Asked
    /// again after a failure, it goes on with what is left.</summary>
    /// <param name="only">Services to look at; all of them when empty.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="RefusedException">Secrets or images are missing on the server, or another process deploys
    /// there; nothing was started.</exception>
    /// <exception cref="ServerException">A service is not well; what ran before it goes on.</exception>
    public async Task<DeployPlan> DeployAsync(
        Release release,
        IReadOnlyCollection<string> only,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        await using var own = Lock is null
            ? await directory.LockAsync($"release {release.Id}", Clock, cancellationToken)
            : null;
        progress.Report($"copying release {release.Id} to {shell.Address}");
        await directory.PutAsync(release, cancellationToken);
        // The release's own directory stands in the containers: what leads there may lead elsewhere when one of them
        // starts again.
        var project = Of(release);
        var config = await project.ConfigAsync(cancellationToken);
        var secrets = await RequireSecretsAsync(config, cancellationToken);
        var images = await RequireImagesAsync(config, only, cancellationToken);
        await directory.SwitchAsync(release.Id, cancellationToken);
        var services = ServicesOf(config, release, images, secrets);
        var known = await DeployedAsync(cancellationToken);
        var plan = DeployPlan.Of(
            known,
            [.. services.Where(service => only.Count == 0 || only.Contains(service.Name))],
            await WellAsync(project, cancellationToken)
        );
        foreach (var round in plan.Rounds)
        {
            (Lock ?? own)?.Demand();
            progress.Report($"starting {string.Join(", ", round)}");
            // Until they are well nobody knows what they were made from, whatever happens to this process.
            await NoteAsync(known, round, _ => "", cancellationToken);
            await project.UpAsync(round, Within, cancellationToken);
            await NoteAsync(known, round, name => services.First(one => one.Name == name).Hash, cancellationToken);
            await Task.Delay(Settling, Clock, cancellationToken);
        }

        foreach (var service in services.Where(service => plan.Reloads.Contains(service.Name)))
        {
            var (command, file) = (service.Reload!.Command, service.Reload.File);
            progress.Report($"{service.Name} takes in {file}");
            await project.ReloadAsync(service.Name, command, release.ContentOf(file), cancellationToken);
            await NoteAsync(known, [service.Name], _ => service.Hash, cancellationToken);
        }

        if (only.Count > 0)
        {
            return plan with { Gone = [] };
        }

        await RemoveAsync(project, plan.Gone, known, cancellationToken);
        return plan;
    }

    /// <summary>Runs a release's service once, in a container that is gone afterwards; what runs stays as it
    /// is.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="ServerException">It ended with another code than 0, or its image is not there.</exception>
    public async Task<string> RunAsync(
        Release release,
        string service,
        IReadOnlyList<string> words,
        CancellationToken cancellationToken
    )
    {
        if (!await directory.HasAsync(release.Id, cancellationToken))
        {
            await directory.PutAsync(release, cancellationToken);
        }

        return await Of(release).RunAsync(service, words, cancellationToken);
    }

    private IReadOnlyList<DeployedService> ServicesOf(
        JsonNode config,
        Release release,
        IReadOnlyDictionary<string, string> images,
        IReadOnlyDictionary<string, string> secrets
    ) =>
        [
            .. DeployedService
                .Of(config, directory.PathOf(release.Id), release, images, secrets)
                .Where(service => !LeftOut.Contains(service.Name)),
        ];

    private Compose Of(Release release) => compose.Of(release, directory.PathOf(release.Id));

    private async Task RemoveAsync(
        Compose project,
        IReadOnlyList<string> gone,
        SortedDictionary<string, string> known,
        CancellationToken cancellationToken
    )
    {
        if (gone.Count == 0)
        {
            return;
        }

        // Compose itself no longer knows them.
        foreach (var left in await project.ServicesAsync(cancellationToken))
        {
            if (gone.Contains(left.Service))
            {
                await shell.RunAsync(["docker", "rm", "--force", left.Name], cancellationToken);
            }
        }

        await NoteAsync(known, gone, _ => null, cancellationToken);
    }

    /// <param name="hashOf">Null for what is not known.</param>
    private async Task NoteAsync(
        SortedDictionary<string, string> known,
        IReadOnlyList<string> services,
        Func<string, string?> hashOf,
        CancellationToken cancellationToken
    )
    {
        foreach (var service in services)
        {
            known.Remove(service);
            if (hashOf(service) is { } hash)
            {
                known[service] = hash;
            }
        }

        await directory.WriteAsync(Deployed, JsonSerializer.Serialize(known, Readable), cancellationToken);
    }

    /// <returns>The stamp of every secret, by its name.</returns>
    private async Task<IReadOnlyDictionary<string, string>> RequireSecretsAsync(
        JsonNode config,
        CancellationToken cancellationToken
    )
    {
        var secrets = await SecretsAsync(config, cancellationToken);
        StackSecrets.Require([.. secrets.Keys], secret => secrets[secret]?.Length);
        return StampsOf(secrets);
    }

    /// <returns>Every secret of the configuration; null for a file that is not there.</returns>
    private async Task<IReadOnlyDictionary<SecretFile, FileStamp?>> SecretsAsync(
        JsonNode config,
        CancellationToken cancellationToken
    )
    {
        var wanted = StackSecrets.Read(config.ToJsonString());
        var stamps = await directory.StampsAsync([.. wanted.Select(secret => secret.File)], cancellationToken);
        return wanted.ToDictionary(secret => secret, secret => stamps.GetValueOrDefault(secret.File));
    }

    private static Dictionary<string, string> StampsOf(IReadOnlyDictionary<SecretFile, FileStamp?> secrets) =>
        secrets.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key.Name, pair => $"{pair.Value}");

    private async Task<IReadOnlyDictionary<string, string>> RequireImagesAsync(
        JsonNode config,
        IReadOnlyCollection<string> only,
        CancellationToken cancellationToken
    )
    {
        var (found, missing) = await ImagesAsync(config, only, cancellationToken);
        return missing.Count == 0
            ? found
            : throw new RefusedException(
                $"{missing.Count} images are not on {shell.Address}: {string.Join(", ", missing)}. Pull them there "
                    + "(docker pull NAME), or load them from the release's archive (docker load). Nothing was started."
            );
    }

    /// <summary>The content's id of every image that the services need, and the images that are not there.</summary>
    private async Task<(IReadOnlyDictionary<string, string> Found, IReadOnlyList<string> Missing)> ImagesAsync(
        JsonNode config,
        IReadOnlyCollection<string> only,
        CancellationToken cancellationToken
    )
    {
        var found = new Dictionary<string, string>();
        var missing = new List<string>();
        foreach (
            var image in config["services"]!
                .AsObject()
                .Where(service => only.Count == 0 || only.Contains(service.Key))
                .Where(service => !LeftOut.Contains(service.Key))
                .Where(service => service.Value!["profiles"] is not JsonArray { Count: > 0 })
                .Select(service => $"{service.Value!["image"]}")
                .Distinct()
                .Order()
        )
        {
            var (code, output, _) = await shell.TryAsync(
                ["docker", "image", "inspect", "--format", "{{.Id}}", image],
                cancellationToken
            );
            if (code == 0)
            {
                found[image] = output.Trim();
            }
            else
            {
                missing.Add(image);
            }
        }

        return (found, missing);
    }

    private async Task<SortedDictionary<string, string>> DeployedAsync(CancellationToken cancellationToken) =>
        await directory.ReadAsync(Deployed, cancellationToken) is { } text
            ? JsonSerializer.Deserialize<SortedDictionary<string, string>>(text)!
            : [];

    private static async Task<IReadOnlySet<string>> WellAsync(Compose project, CancellationToken cancellationToken) =>
        (await project.ServicesAsync(cancellationToken))
            .Where(service => service.IsWell)
            .Select(service => service.Service)
            .ToHashSet();
}
