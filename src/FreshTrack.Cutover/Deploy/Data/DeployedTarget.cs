using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Visitors;
using FreshTrack.Migration.Parts;
using Npgsql;

namespace FreshTrack.Cutover.Deploy;

/// <summary>A target whose addresses name services of the stack that the environment deploys, as the stack's own
/// secrets do: <c>Host=postgres</c>, <c>http://…@minio:9000/…</c>.</summary>
internal static class DeployedTarget
{
    // Of the loopback, where no server listens.
    private const int NobodysPort = 1;

    /// <summary>What of the target is in the stack; empty where nothing is.</summary>
    public static IReadOnlyList<ServicePort> PortsOf(EnvironmentSettings settings) =>
        settings is { Deploy: not null, Target: var target }
            ?
            [
                .. new[]
                {
                    target.Database is { } database ? PortOf(new NpgsqlConnectionStringBuilder(database)) : null,
                    target.ObjectStore is { } store ? PortOf(store.Server) : null,
                }.OfType<ServicePort>(),
            ]
            : [];

    /// <summary>The same target, with the addresses at which this process reaches it.</summary>
    public static TargetSettings Through(DataServiceAccess access, TargetSettings target) => Through(access.Of, target);

    /// <summary>The same target where it is not reached: nobody answers there. Outside of the stack its names would be
    /// another machine's, if anybody's.</summary>
    public static TargetSettings Unreached(TargetSettings target) =>
        Through(_ => new HostAndPort("127.0.0.1", NobodysPort), target);

    private static TargetSettings Through(Func<ServicePort, HostAndPort> of, TargetSettings target) =>
        new()
        {
            Database = target.Database is { } database ? Through(of, database) : null,
            ObjectStore = target.ObjectStore is { } store ? Through(of, store) : null,
            Redis = target.Redis,
            WebhookKey = target.WebhookKey,
        };

    private static string Through(Func<ServicePort, HostAndPort> of, string database)
    {
        var connection = new NpgsqlConnectionStringBuilder(database);
        if (PortOf(connection) is { } port)
        {
            (connection.Host, connection.Port) = of(port);
        }

        return connection.ConnectionString;
    }

    private static ObjectStoreAddress Through(Func<ServicePort, HostAndPort> of, ObjectStoreAddress store) =>
        PortOf(store.Server) is { } port && of(port) is var (host, number)
            ? store with
            {
                Server = new UriBuilder(store.Server) { Host = host, Port = number }.Uri,
            }
            : store;

    private static ServicePort? PortOf(NpgsqlConnectionStringBuilder database) =>
        DataService.IsHost(database.Host ?? "") ? new ServicePort(database.Host!, database.Port) : null;

    private static ServicePort? PortOf(Uri server) =>
        DataService.IsHost(server.Host) ? new ServicePort(server.Host, server.Port) : null;
}
