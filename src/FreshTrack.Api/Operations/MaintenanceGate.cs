namespace FreshTrack.Api.Operations;

/// <summary>Puts dashboards off with 503 during maintenance, and sensors too where that is configured. Health and
/// metrics always answer.</summary>
internal sealed class MaintenanceGate(RequestDelegate next, Maintenance maintenance, ApiOptions options)
{
    private static readonly TimeSpan ComeBackAfter = TimeSpan.FromMinutes(1);

    public Task InvokeAsync(HttpContext context)
    {
        if (!maintenance.IsOn || !IsPutOff(context.Request.Path))
        {
            return next(context);
        }

        context.Response.Headers.RetryAfter = ComeBackAfter.TotalSeconds.ToString();
        return ApiErrors.WriteAsync(
            context,
            StatusCodes.Status503ServiceUnavailable,
            "MAINTENANCE",
            "FreshTrack is being maintained. Try again in a minute."
        );
    }

    private bool IsPutOff(PathString path) =>
        ApiPaths.IsIngestion(path) ? !options.IngestDuringMaintenance : ApiPaths.IsApi(path);
}
