using System.Text.Json;
using FreshTrack.Api.Auth;
using Microsoft.AspNetCore.Http.Features;

namespace FreshTrack.Api.Alerts;

/// <summary><c>GET /api/orgs/{org}/alerts</c>,
/// <c>POST /api/orgs/{org}/alerts/{id}/acknowledge</c> and <c>/resolve</c>.</summary>
internal static class AlertsEndpoints
{
    private const int MaximumNotes = 2_000;
    private const string NoAlert = "There is no such alert, or none that you may see.";

    private static readonly JsonDocumentOptions Limits = new() { MaxDepth = 8 };

    public static IServiceCollection AddAlerts(this IServiceCollection services) =>
        services
            .AddSingleton<AlertsStore>()
            .AddSingleton<UnitSignals>()
            .AddSingleton<Listening>()
            .AddHostedService<AlertWatch>();

    public static void MapAlerts(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/api/orgs/{org}/alerts", ListAsync)
            .RequireAuthorization()
            .WithSummary("An organization's alerts, newest first")
            .Produces<AlertsPage>()
            .ProducesErrors(400, 401, 404, 409, 429, 503);
        routes
            .MapPost(
                "/api/orgs/{org}/alerts/{id}/acknowledge",
                (string org, string id, HttpContext context, AlertsStore store, TimeProvider clock) =>
                    ChangeAsync(org, id, context, store, clock, store.AcknowledgeAsync, "acknowledged")
            )
            .RequireAuthorization()
            .WithSummary("Somebody has seen the alert and takes care of it")
            .Produces<Alert>()
            .ProducesErrors(400, 401, 403, 404, 409, 413, 429, 503);
        routes
            .MapPost(
                "/api/orgs/{org}/alerts/{id}/resolve",
                (string org, string id, HttpContext context, AlertsStore store, TimeProvider clock) =>
                    ChangeAsync(org, id, context, store, clock, store.ResolveAsync, "resolved")
            )
            .RequireAuthorization()
            .WithSummary("The alert's cause is gone")
            .Produces<Alert>()
            .ProducesErrors(400, 401, 403, 404, 409, 413, 429, 503);
    }

    private static async Task<IResult> ListAsync(string org, HttpContext context, AlertsStore store)
    {
        if (AlertsQuery.Parse(context.Request.Query, out var problem) is not { } query)
        {
            return ApiErrors.BadRequest(problem);
        }

        if (
            !Guid.TryParse(org, out var organization)
            || await store.ListAsync(organization, context.User.StackAuthId(), query, context.RequestAborted)
                is not { } alerts
        )
        {
            return ApiErrors.NotFound("There is no such organization, or none that you may see.");
        }

        var next = alerts.Count == query.Limit ? AlertsQuery.Cursor(alerts[^1]) : null;
        return TypedResults.Json(
            new AlertsPage(alerts, new AlertsPagination(query.Limit, next)),
            AlertsJson.Default.AlertsPage
        );
    }

    /// <summary>Asking for what has been done already is no error;
    /// asking for what cannot be done any more is a conflict.</summary>
    private static async Task<IResult> ChangeAsync(
        string org,
        string id,
        HttpContext context,
        AlertsStore store,
        TimeProvider clock,
        Func<AlertChange, CancellationToken, Task<Alert?>> change,
        string status
    )
    {
        var user = context.User.StackAuthId();
        if (
            !Guid.TryParse(org, out var organization)
            || !Guid.TryParse(id, out var alertId)
            || await store.MayChangeAsync(organization, user, alertId, context.RequestAborted) is not { } mayChange
        )
        {
            return ApiErrors.NotFound(NoAlert);
        }

        if (!mayChange)
        {
            return ApiErrors.Result(
                StatusCodes.Status403Forbidden,
                "FORBIDDEN",
                "Viewers and inspectors may see alerts but not change them."
            );
        }

        var (notes, problem) = await NotesAsync(context.Request, context.RequestAborted);
        if (problem is not null)
        {
            return ApiErrors.BadRequest(problem);
        }

        if (
            await change(
                new AlertChange(organization, user, alertId, clock.GetUtcNow().UtcDateTime, notes),
                context.RequestAborted
            )
            is not { } alert
        )
        {
            return ApiErrors.NotFound(NoAlert);
        }

        return alert.Status == status
            ? TypedResults.Json(alert, AlertsJson.Default.Alert)
            : ApiErrors.Result(
                StatusCodes.Status409Conflict,
                "CONFLICT",
                $"The alert is {alert.Status} and cannot be {status}."
            );
    }

    /// <summary>The body is optional: <c>{"notes":"…"}</c>.</summary>
    private static async Task<(string? Notes, string? Problem)> NotesAsync(
        HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        if (request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
        {
            return (null, null);
        }

        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, Limits, cancellationToken);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return (null, "The body must be a JSON object such as {\"notes\":\"…\"}, or empty.");
            }

            if (!document.RootElement.TryGetProperty("notes", out var notes) || notes.ValueKind == JsonValueKind.Null)
            {
                return (null, null);
            }

            // PostgreSQL's text has no place for U+0000.
            return
                notes.ValueKind == JsonValueKind.String
                && notes.GetString() is { Length: <= MaximumNotes } text
                && !text.Contains('\0')
                ? (text, null)
                : (null, "notes must be text of at most 2000 characters, without U+0000.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a lone surrogate, which is no text.
            return (null, "The body must be JSON such as {\"notes\":\"…\"}, or empty.");
        }
    }
}
