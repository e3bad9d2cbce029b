using FreshTrack.Clients.StackAuth;
using FreshTrack.Cutover;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Build.Slices;

/// <summary>Servers given by address, each opened when a step first asks for it. No message holds an address: there is
/// a
/// password in it.</summary>
internal sealed class GivenServers(BuildContext context) : IEnvironment, IAsyncDisposable
{
    private readonly Lazy<NpgsqlDataSource> source = new(() => Connections.Source(context));
    private readonly Lazy<NpgsqlDataSource> target = new(() => Connections.Target(context));
    private readonly Lazy<ObjectStore> store = new(() => new ObjectStore(Connections.ObjectStore(context)));
    private readonly Lazy<StackAuthAddress?> stackAuth = new(() => Connections.StackAuth(context));
    private readonly HttpClient http = new();

    public string Name => "servers given by address";

    public NpgsqlDataSource Source => source.Value;

    public NpgsqlDataSource Target => target.Value;

    public ObjectStore ObjectStore => store.Value;

    public StackAuthClient? StackAuth
    {
        get
        {
            if (stackAuth.Value is not { } address)
            {
                return null;
            }

            http.BaseAddress ??= address.Server;
            return new StackAuthClient(http, address.Project, address.ServerKey);
        }
    }

    public ReadOnlyMemory<byte> WebhookKey => Connections.WebhookKey(context);

    /// <summary>Refuses an address that is missing or not understood before a run has a folder.</summary>
    /// <exception cref="RefusedException">The first that a step would have refused.</exception>
    public void DemandDatabases() => _ = (Source, Target);

    /// <summary>As <see cref="DemandDatabases"/>, for what a load on an API needs.</summary>
    /// <exception cref="RefusedException">The first that a step would have refused.</exception>
    public void DemandApi() => _ = (Target, StackAuth, WebhookKey);

    public Task<string> RunApiCommandAsync(string command, CancellationToken cancellationToken) => throw NoNewSystem();

    public Task<Uri> DeployApiAsync(CancellationToken cancellationToken) => throw NoNewSystem();

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (store.IsValueCreated)
        {
            store.Value.Dispose();
        }

        foreach (var database in new[] { source, target }.Where(database => database.IsValueCreated))
        {
            await database.Value.DisposeAsync();
        }
    }

    private static RefusedException NoNewSystem() =>
        new("Servers given by address hold databases only, and the API is not deployed to them. Use Rehearse.");
}
