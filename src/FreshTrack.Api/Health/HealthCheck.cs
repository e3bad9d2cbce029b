using System.Diagnostics;
using FreshTrack.Api.Monitoring;
using FreshTrack.Api.Operations;

namespace FreshTrack.Api.Health;

/// <summary>Asks everything that the API depends on, at once and with patience of 2 s each.</summary>
internal sealed class HealthCheck(
    DatabaseProbe database,
    RedisProbe redis,
    ObjectStoreProbe objectStore,
    Switches switches,
    Writers writers,
    Draining draining
)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<HealthReport> ReportAsync(CancellationToken cancellationToken)
    {
        var asked = await Task.WhenAll(
            AskAsync("database", isConfigured: true, database.AskAsync, cancellationToken),
            AskAsync("redis", redis.IsConfigured, redis.AskAsync, cancellationToken),
            AskAsync("object_store", objectStore.IsConfigured, objectStore.AskAsync, cancellationToken)
        );
        var status =
            draining.HasBegun ? "draining"
            : asked[0].Status != DependencyHealth.Ok ? "unavailable"
            : asked.Any(dependency => dependency.Status == DependencyHealth.Unavailable) ? "degraded"
            : "ok";
        return new HealthReport(
            status,
            asked[0],
            asked[1],
            asked[2],
            switches.IsMaintenance,
            switches.AreNotificationsHeld,
            writers.HaveStopped
        );
    }

    private static async Task<DependencyHealth> AskAsync(
        string name,
        bool isConfigured,
        Func<CancellationToken, Task> ask,
        CancellationToken cancellationToken
    )
    {
        if (!isConfigured)
        {
            return new DependencyHealth(DependencyHealth.NotConfigured, null);
        }

        var answer = await AskAsync(ask, cancellationToken);
        OperationsMetrics.DependencyUp.WithLabels(name).Set(answer.Status == DependencyHealth.Ok ? 1 : 0);
        return answer;
    }

    private static async Task<DependencyHealth> AskAsync(
        Func<CancellationToken, Task> ask,
        CancellationToken cancellationToken
    )
    {
        var start = Stopwatch.GetTimestamp();
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Patience);
        try
        {
            await ask(limited.Token).WaitAsync(Patience, cancellationToken);
            return new DependencyHealth(
                DependencyHealth.Ok,
                Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 2)
            );
        }
#pragma warning disable CA1031 // Any failure to answer is what this is here to find.
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return new DependencyHealth(DependencyHealth.Unavailable, null);
        }
    }
}
