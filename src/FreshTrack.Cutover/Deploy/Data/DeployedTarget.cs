using FreshTrack.Cutover.Environments;
using FreshTrack.Migration.Parts;
using Npgsql;

namespace FreshTrack.Cutover.Deploy;

/// <summary>A target whose addresses name services of the stack that the environment deploys, as the stack's own
/// secrets do: <c>Host=postgres</c>, <c>http://…@minio:9000/…</c>.</summary>
internal static class DeployedTarget
{
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
    public static TargetSettings Through(DataServiceAccess access, TargetSettings target) =>
        new()
        {
            Database = target.Database is { } database ? Through(access, database) : null,
            ObjectStore = target.ObjectStore is { } store ? Through(access, store) : null,
            Redis = target.Redis,
            WebhookKey = target.WebhookKey,
        };

    private static string Through(DataServiceAccess access, string database)
    {
        var connection = new NpgsqlConnectionStringBuilder(database);
        if (PortOf(connection) is { } port)
        {
            (connection.Host, connection.Port) = access.Of(port);
        }

        return connection.ConnectionString;
    }

    private static ObjectStoreAddress Through(DataServiceAccess access, ObjectStoreAddress store) =>
        PortOf(store.Server) is { } port
            ? store with
            {
                Server = new UriBuilder(store.Server) { Host = access.Of(port).Host, Port = access.Of(port).Port }.Uri,
            }
            : store;

    private static ServicePort? PortOf(NpgsqlConnectionStringBuilder database) =>
        DataService.IsHost(database.Host ?? "") ? new ServicePort(database.Host!, database.Port) : null;

    private static ServicePort? PortOf(Uri server) =>
        DataService.IsHost(server.Host) ? new ServicePort(server.Host, server.Port) : null;
}
