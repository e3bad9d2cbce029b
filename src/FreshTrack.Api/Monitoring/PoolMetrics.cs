using Prometheus;

namespace FreshTrack.Api.Monitoring;

/// <summary>What <c>/metrics</c> takes over from libraries: the pool of database connections. Their other instruments
/// would cost every statement time.</summary>
internal static class PoolMetrics
{
    private const string PoolPrefix = "db.client.connection.";

    private static readonly Lock Once = new();

    private static bool isDone;

    /// <summary>Chooses the instruments; once a process, whatever number of APIs it runs.</summary>
    public static void Choose()
    {
        lock (Once)
        {
            if (isDone)
            {
                return;
            }

            isDone = true;
            Metrics.ConfigureMeterAdapter(adapter =>
                adapter.InstrumentFilterPredicate = instrument =>
                    instrument.Meter.Name == "Npgsql" && instrument.Name.StartsWith(PoolPrefix)
            );
            Metrics.SuppressDefaultMetrics(new SuppressDefaultMetricOptions { SuppressEventCounters = true });
        }
    }
}
