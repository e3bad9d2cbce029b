namespace FreshTrack.Cutover.Visitors;

/// <summary>Where people and sensors find the new system.</summary>
/// <param name="App">The application, or the welcome page in its place.</param>
/// <param name="Monitoring">Grafana and Prometheus, behind a password.</param>
/// <param name="Status">The status page.</param>
public sealed record PublicNames(Uri App, Uri Api, Uri Monitoring, Uri Status)
{
    /// <summary>Where the proxy answers for all of them; null: where DNS leads to.</summary>
    public Front? Front { get; init; }

    /// <summary>The proxy's certificates come from an authority of its own, which is asked for its root.</summary>
    public bool HasOwnAuthority { get; init; }
}

/// <summary>Addresses of the proxy itself, before DNS leads there.</summary>
public sealed record Front(HostAndPort Https, HostAndPort Http);

public sealed record HostAndPort(string Host, int Port)
{
    public override string ToString() => $"{Host}:{Port}";
}
