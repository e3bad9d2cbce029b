using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FreshTrack.Cutover.Deploy;

/// <summary>One service of a release, and a hash of all that a container of it is made from.</summary>
/// <param name="Hash">Of its configuration, its image's identity, its secrets' stamps and the files of the release that
/// it mounts; after a dot, of the file that it reloads.</param>
/// <param name="Update">How a running one is replaced.</param>
public sealed record DeployedService(string Name, string Hash, ServiceUpdate Update)
{
    private const string UpdateLabel = "com.freshtrack.update";
    private const string ReloadLabel = "com.freshtrack.reload";
    private const string FileLabel = "com.freshtrack.reload-file";

    /// <summary>How a running one takes in a file that changed; null where it has to be replaced.</summary>
    public ServiceReload? Reload { get; init; }

    /// <summary>Nothing but the file that it reloads differs from what was deployed.</summary>
    /// <param name="known">Its hash then; null where it was not deployed.</param>
    public bool CanReload(string? known) => Reload is not null && known?.Split('.')[0] == Hash.Split('.')[0];

    /// <summary>The services of a configuration, in the order in which they start: one after what it depends
    /// on.</summary>
    /// <param name="config">As Compose renders it.</param>
    /// <param name="directory">The release's directory on the server, as it stands in the configuration.</param>
    /// <param name="identities">Of the images, by the name that the configuration has for them.</param>
    /// <param name="secrets">What tells a secret from the one before, by its name.</param>
    public static IReadOnlyList<DeployedService> Of(
        JsonNode config,
        string directory,
        Release release,
        IReadOnlyDictionary<string, string> identities,
        IReadOnlyDictionary<string, string> secrets
    )
    {
        var services = config["services"]!.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.AsObject());
        var ordered = new List<DeployedService>();
        foreach (var name in services.Keys.Order())
        {
            Add(name);
        }

        return ordered;

        void Add(string name)
        {
            // Those of a profile run when somebody asks for them.
            if (
                ordered.Any(one => one.Name == name)
                || !services.TryGetValue(name, out var service)
                || service["profiles"] is JsonArray { Count: > 0 }
            )
            {
                return;
            }

            foreach (var (needed, _) in service["depends_on"] as JsonObject ?? [])
            {
                Add(needed);
            }

            var reload = ReloadOf(service);
            var file = reload is null ? "" : $".{release.HashOf(reload.File)}";
            ordered.Add(
                new DeployedService(name, $"{HashOf(service, reload?.File)}{file}", UpdateOf(service))
                {
                    Reload = reload,
                }
            );
        }

        string HashOf(JsonObject service, string? reloaded)
        {
            // Every release has a directory of its own, which by itself changes nothing.
            var text = new StringBuilder(service.ToJsonString().Replace($"{JsonEncodedText.Encode(directory)}", "."));
            text.Append('\n').Append(identities.GetValueOrDefault($"{service["image"]}", ""));
            foreach (var secret in service["secrets"] as JsonArray ?? [])
            {
                text.Append('\n').Append(secrets.GetValueOrDefault($"{secret?["source"]}", ""));
            }

            foreach (var mount in service["volumes"] as JsonArray ?? [])
            {
                if (
                    $"{mount?["type"]}" == "bind"
                    && $"{mount?["source"]}" is var source
                    && source.StartsWith($"{directory}/")
                    && source != $"{directory}/{reloaded}"
                )
                {
                    text.Append('\n').Append(release.HashOf(source[(directory.Length + 1)..]));
                }
            }

            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{text}")));
        }
    }

    private static ServiceReload? ReloadOf(JsonObject service) =>
        service["labels"] is { } labels && labels[ReloadLabel] is { } command && labels[FileLabel] is { } file
            ? new ServiceReload($"{command}", $"{file}")
            : null;

    private static ServiceUpdate UpdateOf(JsonObject service) =>
        $"{service["labels"]?[UpdateLabel]}" == "rolling" ? ServiceUpdate.OneByOne : ServiceUpdate.Together;
}

/// <summary>How a running container takes in a file that changed.</summary>
/// <param name="Command">Run in the container, with the file as its input. A container that starts again starts with
/// what it took in.</param>
/// <param name="File">From the release's directory.</param>
public sealed record ServiceReload(string Command, string File);

/// <summary>How the running containers of services are replaced.</summary>
public enum ServiceUpdate
{
    /// <summary>All that changed at once.</summary>
    Together,

    /// <summary>One that is well again before the next one stops: the others answer meanwhile.</summary>
    OneByOne,
}
