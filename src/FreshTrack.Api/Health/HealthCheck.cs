using System.Diagnostics;
using FreshTrack.Api.Monitoring;
using FreshTrack.Api.Operations;

namespace FreshTrack.Api.Health;

/// <summary>Asks what the API depends on: everything at once, with patience of 2 s each, or only what readings
/// need.</summary>
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

    // Less than a proxy waits for the answer: one that has to wait longer sends requests nowhere.
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(1);

    /// <summary>Asks the database alone, for at most 1 s, and nothing once it is draining: neither a slow Redis nor a
    /// slow object store delays the answer.</summary>
    public async Task<ReadinessReport> ReadyAsync(CancellationToken cancellationToken)
    {
        if (draining.HasBegun)
        {
            return new ReadinessReport("draining", Database: null);
        }

        var asked = await AskAsync("database", isConfigured: true, database.AskAsync, ReadyPatience, cancellationToken);
        return new ReadinessReport(asked.Status, asked);
    }

    public async Task<HealthReport> ReportAsync(CancellationToken cancellationToken)
    {
        var asked = await Task.WhenAll(
            AskAsync("database", isConfigured: true, database.AskAsync, Patience, cancellationToken),
            AskAsync("redis", redis.IsConfigured, redis.AskAsync, Patience, cancellationToken),
            AskAsync("object_store", objectStore.IsConfigured, objectStore.AskAsync, Patience, cancellationToken)
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
        TimeSpan patience,
        CancellationToken cancellationToken
    )
    {
        if (!isConfigured)
        {
            return new DependencyHealth(DependencyHealth.NotConfigured, null);
        }

        var answer = await AskAsync(ask, patience, cancellationToken);
        OperationsMetrics.DependencyUp.WithLabels(name).Set(answer.Status == DependencyHealth.Ok ? 1 : 0);
        return answer;
    }

    private static async Task<DependencyHealth> AskAsync(
        Func<CancellationToken, Task> ask,
        TimeSpan patience,
        CancellationToken cancellationToken
    )
    {
        var start = Stopwatch.GetTimestamp();
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(patience);
        try
        {
            await ask(limited.Token).WaitAsync(patience, cancellationToken);
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
