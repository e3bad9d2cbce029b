namespace FreshTrack.IntegrationTests.Monitoring;

/// <summary>Tests that share one <see cref="MonitoredServers"/>, one after the other: some of them stop its
/// servers.</summary>
[CollectionDefinition(Name)]
public sealed class MonitoringGroup : ICollectionFixture<MonitoredServers>
{
    public const string Name = "monitoring";
}
