namespace FreshTrack.Cutover.Deploy;

/// <summary>A service of the stack that keeps data. Nothing publishes it: it is reached inside of the server
/// alone.</summary>
/// <param name="Name">Of the Compose files, and its host name in addresses.</param>
public sealed record DataService(string Name)
{
    public static readonly DataService Postgres = new("postgres");

    public static readonly DataService Redis = new("redis");

    public static readonly DataService ObjectStore = new("minio");

    /// <summary>All of them, in the order of their start.</summary>
    public static IReadOnlyList<DataService> All { get; } = [Postgres, Redis, ObjectStore];

    /// <summary>Whether a host of an address means one of them.</summary>
    public static bool IsHost(string host) => All.Any(service => service.Name == host);
}

/// <summary>A port of a service's container.</summary>
/// <param name="Service">Its name.</param>
public sealed record ServicePort(string Service, int Port)
{
    public override string ToString() => $"{Service}:{Port}";
}
