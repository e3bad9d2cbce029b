using System.Diagnostics.CodeAnalysis;
using FreshTrack.Clients.Mail;
using FreshTrack.Clients.StackAuth;
using FreshTrack.Clients.SupabaseAuth;
using FreshTrack.Cutover.Deploy;
using FreshTrack.Cutover.Visitors;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Cutover.Environments;

/// <summary>Where a runbook runs: the servers that an environment's file names, production's or those of a stage.
/// Nothing else differs between them.</summary>
/// <param name="name">Shown on every screen, typed by whoever confirms, and kept in <c>run.json</c>.</param>
public sealed class CutoverEnvironment(string name, EnvironmentKind kind) : IAsyncDisposable
{
    private const int KeyBytes = 32;

    public string Name { get; } = name;

    public EnvironmentKind Kind { get; } = kind;

    /// <exception cref="RefusedException">None was named; so with every server here.</exception>
    [AllowNull]
    public NpgsqlDataSource Source
    {
        get => field ?? Missing<NpgsqlDataSource>("source", "FRESHTRACK_SOURCE");
        init;
    }

    /// <summary>The connection string of <see cref="Source"/> with its password, for programs that connect by
    /// themselves. Never printed.</summary>
    /// <exception cref="RefusedException">None was named.</exception>
    [AllowNull]
    public string SourceConnection
    {
        get => field ?? Missing<string>("source", "FRESHTRACK_SOURCE");
        init;
    }

    [AllowNull]
    public NpgsqlDataSource Target
    {
        get => field ?? Missing<NpgsqlDataSource>("target", "FRESHTRACK_TARGET");
        init;
    }

    [AllowNull]
    public ObjectStore ObjectStore
    {
        get => field ?? Missing<ObjectStore>("object-store", "FRESHTRACK_OBJECT_STORE");
        init;
    }

    /// <summary>Null where none was named; a plan that moves users needs one.</summary>
    public StackAuthClient? StackAuth { get; init; }

    /// <summary>As a person's browser uses it. Null where publishable key or callback page were not named.</summary>
    public StackAuthBrowser? StackAuthBrowser { get; init; }

    /// <summary>What the canary's people get; null where no mailbox was named.</summary>
    public MailboxClient? CanaryMailbox { get; init; }

    /// <summary>Null where no mailbox was named.</summary>
    public CanaryAddresses? CanaryAddresses { get; init; }

    /// <summary>The source's own sign-in service. Null where none was named: what only it may write is then not
    /// tried.</summary>
    public SupabaseAuthClient? SupabaseAuth { get; init; }

    /// <summary>How the old application is closed and opened. Null where the environment says nothing of it.</summary>
    public MaintenanceSettings? Maintenance { get; init; }

    /// <summary>The 32-byte key of the webhook secrets.</summary>
    public ReadOnlyMemory<byte> WebhookKey
    {
        get => field.Length == KeyBytes ? field : Missing<byte[]>("webhook-key", "FRESHTRACK_WEBHOOK_KEY_FILE");
        init;
    }

    /// <summary>The unit of the source's temperatures, <c>F</c> or <c>C</c>; null where nobody said it.</summary>
    public string? TemperatureUnit { get; init; }

    public People People { get; init; } = People.None;

    public SecretFiles SecretFiles { get; init; } = new();

    /// <summary>Where the new system's containers run; null where nothing here deploys to it.</summary>
    public DeploySettings? Deploy { get; init; }

    /// <summary>Asks for the public names; null where none are named.</summary>
    public VisitorHttp? Visitors { get; init; }

    /// <summary>Null where nobody said how monitoring is asked.</summary>
    public MonitoringSettings? Monitoring { get; init; }

    /// <summary>Without secrets; the content of <c>environment.json</c>.</summary>
    public EnvironmentDescription Description { get; init; } = new(name, kind);

    /// <summary>The way to a target in the deployed stack; null where the target is reached at its own
    /// address.</summary>
    internal DataServiceAccess? Access { get; private init; }

    private IReadOnlyList<IDisposable> Owned { get; init; } = [];

    /// <summary>As <see cref="Open(EnvironmentSettings)"/>, with a way to a target that is in the deployed
    /// stack.</summary>
    /// <exception cref="ServerException">The server was not reached, or a service does not run there.</exception>
    public static async Task<CutoverEnvironment> OpenAsync(
        EnvironmentSettings settings,
        CancellationToken cancellationToken
    ) =>
        DeployedTarget.PortsOf(settings) is { Count: > 0 } ports
            ? Open(settings, await DataServiceAccess.OpenAsync(settings.Deploy!, ports, cancellationToken))
            : Open(settings);

    /// <summary>Connects to nothing before it is asked to. A target in the deployed stack is not reached.</summary>
    public static CutoverEnvironment Open(EnvironmentSettings settings) => Open(settings, access: null);

    private static CutoverEnvironment Open(EnvironmentSettings settings, DataServiceAccess? access)
    {
        var owned = new List<IDisposable>();
        var source = settings.Source;
        var target =
            access is not null ? DeployedTarget.Through(access, settings.Target)
            : settings.Deploy is null ? settings.Target
            : DeployedTarget.Unreached(settings.Target);
        return new CutoverEnvironment(settings.Name, settings.Kind)
        {
            Source = source.Database is { } from ? Own(NpgsqlDataSource.Create(from)) : null,
            SourceConnection = source.Database,
            Maintenance = source.Maintenance,
            Target = target.Database is { } to ? Own(NpgsqlDataSource.Create(to)) : null,
            ObjectStore = target.ObjectStore is { } store ? Own(new ObjectStore(store)) : null,
            WebhookKey = target.WebhookKey,
            TemperatureUnit = source.TemperatureUnit,
            StackAuth = settings.StackAuth?.Address is { } project
                ? new StackAuthClient(Own(Http(project.Server)), project.Project, project.ServerKey)
                : null,
            SupabaseAuth = source.Auth is { } auth
                ? new SupabaseAuthClient(Own(Http(auth.Url)), auth.ServiceKey)
                : null,
            StackAuthBrowser = settings.StackAuth
                is { PublishableKey: { } key, ResetCallback: { } callback, Address: var browsed }
                ? new StackAuthBrowser(Own(Http(browsed.Server)), browsed.Project, key, callback)
                : null,
            CanaryMailbox = settings.Canary is { } canary ? new MailboxClient(canary.Imap) : null,
            CanaryAddresses = settings.Canary?.Addresses,
            People = settings.People,
            SecretFiles = settings.SecretFiles,
            Deploy = settings.Deploy,
            Visitors = settings.Names is { } names ? new VisitorHttp(names) : null,
            Monitoring = settings.Monitoring,
            Description = EnvironmentDescription.Of(settings),
            Access = access,
            Owned = owned,
        };

        T Own<T>(T server)
            where T : IDisposable
        {
            owned.Add(server);
            return server;
        }
    }

    /// <summary>Refuses a database that is missing before a run has a folder.</summary>
    /// <exception cref="RefusedException">The first that a step would have refused.</exception>
    public void DemandDatabases() => _ = (Source, Target);

    public async ValueTask DisposeAsync()
    {
        foreach (var server in Owned)
        {
            if (server is IAsyncDisposable database)
            {
                await database.DisposeAsync();
            }
            else
            {
                server.Dispose();
            }
        }

        if (Access is not null)
        {
            await Access.DisposeAsync();
        }
    }

    // A path is relative to the last slash of its base. A redirection would take the key along to another server.
    private static HttpClient Http(Uri server) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false })
        {
            BaseAddress = new Uri($"{server.AbsoluteUri.TrimEnd('/')}/"),
        };

    private T Missing<T>(string option, string variable) =>
        throw new RefusedException(
            $"No address of the {option.Replace('-', ' ')} in '{Name}'. Name an environment's file with --environment, "
                + $"give --{option}, or set {variable}."
        );
}
