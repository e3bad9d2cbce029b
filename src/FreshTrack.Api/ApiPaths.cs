namespace FreshTrack.Api;

/// <summary>Who an address is for, whichever feature maps it.</summary>
internal static class ApiPaths
{
    /// <summary>Sensors and dashboards, as opposed to health, metrics and the API's description.</summary>
    public static bool IsApi(PathString path) => path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);

    public static bool IsIngestion(PathString path) =>
        path.StartsWithSegments("/api/webhooks", StringComparison.OrdinalIgnoreCase)
        || path.StartsWithSegments("/api/ingest", StringComparison.OrdinalIgnoreCase);
}
