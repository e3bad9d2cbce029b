using System.Runtime.CompilerServices;

namespace FreshTrack.Api.Monitoring;

internal static class MonitoringServices
{
    private static readonly Type[] Groups =
    [
        typeof(AlertMetrics),
        typeof(AuthMetrics),
        typeof(IngestionMetrics),
        typeof(NotificationMetrics),
        typeof(OperationsMetrics),
        typeof(StoredMetrics),
    ];

    /// <summary>Chooses what <c>/metrics</c> shows, and keeps what it says of the database up to date.</summary>
    public static IServiceCollection AddMonitoring(this IServiceCollection services, ApiOptions options)
    {
        PoolMetrics.Choose();
        // Monitors see zeros, and not nothing, before the first event.
        foreach (var group in Groups)
        {
            RuntimeHelpers.RunClassConstructor(group.TypeHandle);
        }

        IngestionMetrics.QueueCapacity.Set(options.QueueCapacity);
        return services.AddHostedService<FiguresUpkeep>();
    }
}
