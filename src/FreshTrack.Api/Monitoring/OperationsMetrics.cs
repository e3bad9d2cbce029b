using Prometheus;

namespace FreshTrack.Api.Monitoring;

/// <summary>What <c>/metrics</c> tells about switches, partitions and what the API depends on.</summary>
internal static class OperationsMetrics
{
    public static readonly Gauge Maintenance = Metrics.CreateGauge(
        "freshtrack_maintenance",
        "1 while dashboards are put off with 503."
    );

    public static readonly Gauge Held = Metrics.CreateGauge(
        "freshtrack_notifications_held",
        "1 while alerts are raised and nobody but the canary organization is told."
    );

    public static readonly Gauge DefaultRows = Metrics.CreateGauge(
        "freshtrack_default_partition_rows",
        "Readings that have no monthly partition, looked at once a minute; 10,000 stands for that many or more."
    );

    /// <summary>Only what this API is configured with has a value.</summary>
    public static readonly Gauge DependencyUp = Metrics.CreateGauge(
        "freshtrack_dependency_up",
        "1 when it answered the last question, one at least every 5 s: database, redis, object_store.",
        "dependency"
    );
}
