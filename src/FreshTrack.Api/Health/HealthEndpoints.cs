using FreshTrack.Api.Operations;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FreshTrack.Api.Health;

/// <param name="Status"><c>ok</c>, <c>degraded</c> (without Redis or object store), <c>unavailable</c> (without the
/// database) or <c>draining</c> (about to stop).</param>
/// <param name="Maintenance">Whether dashboards are being put off.</param>
/// <param name="NotificationsHeld">Whether alerts are raised and nobody is told yet.</param>
/// <param name="SensorsRefused">Whether maintenance was switched on for sensors too, and nothing is being written any
/// more.</param>
internal sealed record HealthReport(
    string Status,
    DependencyHealth Database,
    DependencyHealth Redis,
    DependencyHealth ObjectStore,
    bool Maintenance,
    bool NotificationsHeld,
    bool SensorsRefused
);

/// <param name="Status"><c>ok</c>, <c>unavailable</c> (without the database) or <c>draining</c> (about to
/// stop).</param>
/// <param name="Database">Null while it is draining: nothing is asked then.</param>
internal sealed record ReadinessReport(string Status, DependencyHealth? Database);

/// <param name="Status"><c>ok</c>, <c>unavailable</c> or <c>not_configured</c>.</param>
internal sealed record DependencyHealth(string Status, double? Milliseconds)
{
    public const string Ok = "ok";
    public const string Unavailable = "unavailable";
    public const string NotConfigured = "not_configured";
}

/// <param name="Maintenance">Whether dashboards are being put off.</param>
internal sealed record MaintenanceReport(bool Maintenance);

/// <summary><c>/health</c> for people and monitors, <c>/health/live</c> and <c>/health/ready</c> for the container's
/// host and the proxy, <c>/health/maintenance</c> for pages that wait for its end.</summary>
internal static class HealthEndpoints
{
    public static IServiceCollection AddHealth(this IServiceCollection services, ApiOptions options) =>
        services
            .AddSingleton<RedisProbe>()
            .AddSingleton(_ => new ObjectStoreProbe(options.ObjectStore))
            .AddSingleton<DatabaseProbe>()
            .AddSingleton<HealthCheck>()
            .AddHostedService<DependencyWatch>();

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/health",
                async (HealthCheck check, CancellationToken cancellationToken) =>
                    Answer(await check.ReportAsync(cancellationToken))
            )
            .WithSummary("What works, for people and monitors")
            .Produces<HealthReport>()
            .Produces<HealthReport>(StatusCodes.Status503ServiceUnavailable);
        routes
            .MapGet(
                "/health/ready",
                async (HealthCheck check, CancellationToken cancellationToken) =>
                    Answer(await check.ReadyAsync(cancellationToken))
            )
            .WithSummary("Whether requests should be sent here")
            .Produces<ReadinessReport>()
            .Produces<ReadinessReport>(StatusCodes.Status503ServiceUnavailable);
        routes
            .MapGet(
                "/health/maintenance",
                (Switches switches) =>
                    TypedResults.Json(new MaintenanceReport(switches.IsMaintenance), ApiJson.Default.MaintenanceReport)
            )
            .WithSummary("Whether dashboards are put off")
            .Produces<MaintenanceReport>();
        routes.MapGet("/health/live", () => TypedResults.Text("ok")).WithSummary("Whether the process lives");
    }

    private static JsonHttpResult<HealthReport> Answer(HealthReport report) =>
        TypedResults.Json(report, ApiJson.Default.HealthReport, statusCode: CodeOf(report.Status));

    private static JsonHttpResult<ReadinessReport> Answer(ReadinessReport report) =>
        TypedResults.Json(report, ApiJson.Default.ReadinessReport, statusCode: CodeOf(report.Status));

    private static int CodeOf(string status) =>
        status is "unavailable" or "draining" ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
}
