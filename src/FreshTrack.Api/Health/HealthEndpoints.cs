using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FreshTrack.Api.Health;

/// <param name="Status"><c>ok</c>, <c>degraded</c> (without Redis) or <c>unavailable</c> (without the database).</param>
internal sealed record HealthReport(string Status, DependencyHealth Database, DependencyHealth Redis);

/// <param name="Status"><c>ok</c>, <c>unavailable</c> or <c>not_configured</c>.</param>
internal sealed record DependencyHealth(string Status, double? Milliseconds);

/// <summary><c>/health</c> for people and monitors, <c>/health/live</c> and <c>/health/ready</c> for the container's host.</summary>
internal static class HealthEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static IServiceCollection AddHealth(this IServiceCollection services, ApiOptions options) => services
        .AddSingleton<RedisProbe>()
        .AddSingleton<DatabaseProbe>();

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health", async (DatabaseProbe database, RedisProbe redis, CancellationToken cancellationToken) =>
            Answer(await ReportAsync(database, redis, cancellationToken)));
        routes.MapGet("/health/ready", async (DatabaseProbe database, RedisProbe redis, CancellationToken cancellationToken) =>
            Answer(await ReportAsync(database, redis, cancellationToken)));
        routes.MapGet("/health/live", () => TypedResults.Text("ok"));
    }

    private static JsonHttpResult<HealthReport> Answer(HealthReport report) => TypedResults.Json(
        report,
        ApiJson.Default.HealthReport,
        statusCode: report.Status == "unavailable" ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);

    private static async Task<HealthReport> ReportAsync(DatabaseProbe database, RedisProbe redis, CancellationToken cancellationToken)
    {
        var databaseHealth = ProbeAsync(database.AskAsync, cancellationToken);
        var redisHealth = redis.IsConfigured ? ProbeAsync(redis.AskAsync, cancellationToken) : Task.FromResult(new DependencyHealth("not_configured", null));
        var (first, second) = (await databaseHealth, await redisHealth);
        var status = first.Status != "ok" ? "unavailable" : second.Status == "unavailable" ? "degraded" : "ok";
        return new HealthReport(status, first, second);
    }

    private static async Task<DependencyHealth> ProbeAsync(Func<CancellationToken, Task> ask, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Patience);
        try
        {
            await ask(limited.Token).WaitAsync(Patience, cancellationToken);
            return new DependencyHealth("ok", Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 2));
        }
#pragma warning disable CA1031 // Any failure to answer is what this is here to find.
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return new DependencyHealth("unavailable", null);
        }
    }
}
