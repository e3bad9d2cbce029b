namespace FreshTrack.Api.Operations;

/// <summary>Puts dashboards off with 503 during maintenance, and sensors too where that is configured or switched; not
/// those of the canary organization. Health and metrics always answer.</summary>
internal sealed class MaintenanceGate(
    RequestDelegate next,
    Switches switches,
    Writers writers,
    CanaryRequests canaryRequests,
    ApiOptions options
)
{
    private static readonly TimeSpan ComeBackAfter = TimeSpan.FromMinutes(1);

    public async Task InvokeAsync(HttpContext context)
    {
        using var work = ApiPaths.IsApi(context.Request.Path) ? writers.Enter() : null;
        if (
            !switches.IsMaintenance
            || !IsPutOff(context.Request.Path)
            || (switches.Canary is { } canary && await canaryRequests.IncludeAsync(context, canary))
        )
        {
            await next(context);
            return;
        }

        context.Response.Headers.RetryAfter = ComeBackAfter.TotalSeconds.ToString();
        await ApiErrors.WriteAsync(
            context,
            StatusCodes.Status503ServiceUnavailable,
            "MAINTENANCE",
            "FreshTrack is being maintained. Try again in a minute."
        );
    }

    private bool IsPutOff(PathString path) =>
        ApiPaths.IsIngestion(path)
            ? !options.IngestDuringMaintenance || switches.AreSensorsRefused
            : ApiPaths.IsApi(path);
}
