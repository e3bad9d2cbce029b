using FreshTrack.Api.Alerts;
using FreshTrack.Api.Areas;
using FreshTrack.Api.Auth;
using FreshTrack.Api.Health;
using FreshTrack.Api.Ingestion;
using FreshTrack.Api.Monitoring;
using FreshTrack.Api.Notifications;
using FreshTrack.Api.Operations;
using FreshTrack.Api.Readings;
using FreshTrack.Api.Sensors;
using Npgsql;
using Prometheus;

namespace FreshTrack.Api;

/// <summary>The API as a program that can be started anywhere: in its container, or inside a test.</summary>
public static class FreshTrackApi
{
    internal const int MaximumBody = 1024 * 1024;

    /// <summary>Builds the API; it listens once started. Nothing is connected yet.</summary>
    public static WebApplication Build(ApiOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder
            .Logging.ClearProviders()
            .AddJsonConsole(console =>
            {
                console.TimestampFormat = "O";
                console.UseUtcTimestamp = true;
            })
            .SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Npgsql", LogLevel.Warning)
            // It would tell of every token that lets nobody in.
            .AddFilter(typeof(StackAuthHandler).FullName, LogLevel.Warning);
        builder
            .WebHost.UseUrls(options.Listen)
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = MaximumBody;
                kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            })
            .UseSockets(sockets =>
            {
                // What a request needs before its first wait is a few dozen microseconds of parsing: handing it to
                // another thread costs as much again.
                sockets.UnsafePreferInlineScheduling = true;
            });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(25));
        builder.Services.AddSingleton(options.Clock);
        builder.Services.AddSingleton(_ => CreateDataSource(options.Database));
        builder
            .Services.AddIngestion(options)
            .AddReadings()
            .AddAreas()
            .AddSensors()
            .AddAlerts()
            .AddNotifications(options)
            .AddHealth(options)
            .AddStackAuth(options)
            .AddOperations(options)
            .AddMonitoring(options)
            .AddDescription();

        var app = builder.Build();
        app.UseMiddleware<ErrorHandling>();
        app.UseRouting();
        // The histogram of durations counts the requests too.
        app.UseHttpMetrics(metrics => (metrics.InProgress.Enabled, metrics.RequestCount.Enabled) = (false, false));
        app.Use(app.Services.GetRequiredService<Draining>().CloseConnectionAsync);
        app.UseBrowserOrigins(options);
        app.UseMiddleware<MaintenanceGate>();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseMiddleware<NewUsers>();
        app.UseAuthorization();
        app.MapIngestion();
        app.MapReadings();
        app.MapAreas();
        app.MapSensors();
        app.MapAlerts();
        app.MapHealth();
        app.MapMetrics();
        app.MapDescription();
        return app;
    }

    /// <summary>A small pool: two cores of PostgreSQL gain nothing
    /// from more. Writers of readings have their own (<see cref="WriterDatabase"/>).</summary>
    internal static NpgsqlDataSource CreateDataSource(string database) =>
        CreateDataSource("requests", ConnectionSettings(database));

    /// <param name="name">Of the pool in <c>/metrics</c>, which would show all of the settings otherwise.</param>
    internal static NpgsqlDataSource CreateDataSource(string name, NpgsqlConnectionStringBuilder settings) =>
        new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = name }.Build();

    internal static NpgsqlConnectionStringBuilder ConnectionSettings(string database) =>
        new(database)
        {
            ApplicationName = "freshtrack-api",
            MaxPoolSize = 24,
            MaxAutoPrepare = 100,
            AutoPrepareMinUsages = 2,
            // Sessions keep no state that would have to be undone between two uses.
            NoResetOnClose = true,
            Timeout = 5,
            CommandTimeout = 10,
        };
}
