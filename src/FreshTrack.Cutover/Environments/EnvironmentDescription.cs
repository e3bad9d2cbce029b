using FreshTrack.Plan;

namespace FreshTrack.Cutover.Environments;

/// <summary>An environment without its secrets: the content of <c>environment.json</c>.</summary>
public sealed record EnvironmentDescription(string Name, EnvironmentKind Kind)
{
    public SourceDescription? Source { get; init; }

    public TargetDescription? Target { get; init; }

    public StackAuthDescription? StackAuth { get; init; }

    public CanaryDescription? Canary { get; init; }

    public DeployDescription? Deploy { get; init; }

    public PublicDescription? Public { get; init; }

    public static EnvironmentDescription Of(EnvironmentSettings settings)
    {
        var (source, target, stackAuth) = (settings.Source, settings.Target, settings.StackAuth);
        return new(settings.Name, settings.Kind)
        {
            Source = new SourceDescription(
                Describe(source.Database),
                source.TemperatureUnit,
                source.Auth?.Url,
                source.Ingestion,
                source.Maintenance?.Probe
            ),
            Target = new TargetDescription(Describe(target.Database), target.ObjectStore?.ToString(), target.Redis),
            StackAuth = stackAuth is null
                ? null
                : new StackAuthDescription(
                    stackAuth.Address.Server,
                    stackAuth.Address.Project,
                    stackAuth.ResetCallback
                ),
            Canary = settings.Canary is { } canary
                ? new CanaryDescription(
                    canary.Addresses.Pattern,
                    $"{canary.Imap.User}@{canary.Imap.Host}:{canary.Imap.Port}"
                )
                : null,
            Deploy = settings.Deploy is { } deploy
                ? new DeployDescription($"{deploy.Host}", deploy.Directory, deploy.Project, deploy.Compose)
                {
                    LeftOut = deploy.LeftOut.Count == 0 ? null : deploy.LeftOut,
                }
                : null,
            Public = settings.Names is { } names
                ? new PublicDescription(
                    names.App,
                    names.Api,
                    names.Monitoring,
                    names.Status,
                    names.Front is { } front ? $"{front.Https}" : null,
                    settings.Monitoring?.StatusPage.Address
                )
                : null,
        };
    }

    /// <summary>Whether a run that began here may go on there. Ports are left out: a tunnel has another one
    /// tomorrow.</summary>
    /// <returns>What differs, in a sentence's part; null where both are the same as far as is known.</returns>
    internal string? DifferenceTo(EnvironmentDescription other)
    {
        (string What, string? Here, string? There)[] servers =
        [
            ("source", Source?.Database, other.Source?.Database),
            ("target", Target?.Database, other.Target?.Database),
        ];
        return servers
                .Where(server =>
                    server is { Here: not null, There: not null } && Place(server.Here) != Place(server.There)
                )
                .Select(server => $"its {server.What} is {server.Here}, not {server.There}")
                .FirstOrDefault()
            // Two stacks have the same names for what is in them.
            ?? (
                (Deploy, other.Deploy) is ({ } here, { } there) && here.Place != there.Place
                    ? $"its new system runs at {here.Place}, not {there.Place}"
                    : null
            );
    }

    /// <summary>Host and database of <c>user@host:port/database</c>.</summary>
    private static (string Host, string Database) Place(string address)
    {
        var slash = address.IndexOf('/');
        var server = address[(address.IndexOf('@') + 1)..slash];
        return (server[..server.LastIndexOf(':')], address[(slash + 1)..]);
    }

    private static string? Describe(string? database) => database is null ? null : DatabaseAddress.Describe(database);
}

/// <param name="Database"><c>user@host:port/database</c>; null where none was named.</param>
/// <param name="TemperatureUnit"><c>F</c> or <c>C</c>.</param>
/// <param name="Maintenance">Address that says whether the old application is closed.</param>
public sealed record SourceDescription(
    string? Database,
    string? TemperatureUnit,
    Uri? Auth,
    Uri? Ingestion,
    Uri? Maintenance
);

/// <param name="Database"><c>user@host:port/database</c>; null where none was named.</param>
/// <param name="ObjectStore">Server and bucket.</param>
/// <param name="Redis"><c>host:port</c>.</param>
public sealed record TargetDescription(string? Database, string? ObjectStore, string? Redis);

public sealed record StackAuthDescription(Uri Server, string Project, Uri? ResetCallback);

/// <param name="Addresses">Pattern of its people's addresses.</param>
/// <param name="Mailbox"><c>user@host:port</c>, over IMAP.</param>
public sealed record CanaryDescription(string Addresses, string Mailbox);

/// <param name="Host"><c>user@host:port</c>, or this machine.</param>
/// <param name="Directory">On that machine.</param>
/// <param name="Project">The Compose project.</param>
/// <param name="Compose">Compose files, in their order.</param>
public sealed record DeployDescription(string Host, string Directory, string Project, IReadOnlyList<string> Compose)
{
    /// <summary>Which stack it is.</summary>
    internal string Place => $"{Host}:{Directory} ({Project})";

    /// <summary>Services of the Compose files that do not run there; null for none.</summary>
    public IReadOnlyList<string>? LeftOut { get; init; }
}

/// <param name="Front">Where the proxy answers before DNS leads there, <c>host:port</c>; null where DNS does.</param>
/// <param name="StatusPage">Where Uptime Kuma is administered.</param>
public sealed record PublicDescription(Uri App, Uri Api, Uri Monitoring, Uri Status, string? Front, Uri? StatusPage);
