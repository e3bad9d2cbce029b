using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FreshTrack.Api.Ingestion;

/// <summary>The answer to a webhook; no id for a message of TTN that carries no measurement.</summary>
internal sealed record WebhookAnswer(Guid? ReadingId);

/// <summary><c>POST /api/webhooks/ttn</c>: uplinks of The Things Stack v3.</summary>
internal static class TtnWebhook
{
    private const int MaximumSecretLength = 512;

    private static readonly JsonDocumentOptions Limits = new() { MaxDepth = 32 };

    public static IServiceCollection AddIngestion(this IServiceCollection services, ApiOptions options) => services
        .AddSingleton(options)
        .AddSingleton<DeviceDirectory>()
        .AddSingleton(_ => new ReadingQueue(options.QueueCapacity))
        .AddHostedService<ReadingWriter>();

    public static void MapTtnWebhook(this IEndpointRouteBuilder routes) => routes.MapPost("/api/webhooks/ttn", ReceiveAsync);

    private static async Task<IResult> ReceiveAsync(HttpContext context, DeviceDirectory directory, ReadingQueue queue, TimeProvider clock)
    {
        var cancellationToken = context.RequestAborted;
        if (Secret(context.Request.Headers) is not { } secret
            || await directory.FindOrganizationAsync(secret, cancellationToken) is not { } organization)
        {
            return ApiErrors.Unauthorized("X-API-Key or X-Webhook-Secret must hold the webhook secret of an organization.");
        }

        var now = clock.GetUtcNow();
        return await ParseAsync(context.Request, now, cancellationToken) switch
        {
            ParsedUplink.Accepted accepted => await StoreAsync(organization, accepted.Uplink, context, directory, queue, now),
            ParsedUplink.Ignored => Answer(null),
            ParsedUplink.Refused { Status: StatusCodes.Status400BadRequest } refused => ApiErrors.BadRequest(refused.Message),
            ParsedUplink.Refused refused => ApiErrors.Unprocessable(refused.Message),
            var other => throw new InvalidOperationException($"Unknown outcome {other}."),
        };
    }

    private static async Task<IResult> StoreAsync(
        Guid organization, Uplink uplink, HttpContext context, DeviceDirectory directory, ReadingQueue queue, DateTimeOffset now)
    {
        if (await directory.FindDeviceAsync(organization, uplink, context.RequestAborted) is not { } device)
        {
            return ApiErrors.Result(StatusCodes.Status404NotFound, "DEVICE_NOT_FOUND", "The organization has no such device.");
        }

        if (device.Unit is not { } unit)
        {
            return ApiErrors.Result(StatusCodes.Status422UnprocessableEntity, "DEVICE_NOT_ASSIGNED", "The device is not assigned to an active unit.");
        }

        var id = ReadingIdentity.Of(device.Sensor, uplink.RecordedAt, uplink.FrameCounter);
        if (!queue.TryAdd(new NewReading(id, device.Sensor, unit, now.UtcDateTime, uplink), out var written))
        {
            context.Response.Headers.RetryAfter = "1";
            return ApiErrors.Result(StatusCodes.Status503ServiceUnavailable, "OVERLOADED", "Too many readings wait to be written. Try again.");
        }

        return await written == WriteOutcome.Stored
            ? Answer(id)
            : ApiErrors.Unprocessable("The database refused the reading.");
    }

    private static async Task<ParsedUplink> ParseAsync(HttpRequest request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (request.ContentType is not null && !request.HasJsonContentType())
        {
            return new ParsedUplink.Refused(StatusCodes.Status400BadRequest, "The body must be application/json.");
        }

        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, Limits, cancellationToken);
            return UplinkParser.Parse(document.RootElement, now);
        }
        catch (JsonException)
        {
            return new ParsedUplink.Refused(StatusCodes.Status400BadRequest, "The body is not JSON, or nested deeper than 32 levels.");
        }
    }

    private static string? Secret(IHeaderDictionary headers)
    {
        var secret = headers["X-API-Key"].ToString() is { Length: > 0 } key ? key : headers["X-Webhook-Secret"].ToString();
        return secret.Length is > 0 and <= MaximumSecretLength ? secret : null;
    }

    private static JsonHttpResult<WebhookAnswer> Answer(Guid? id) => TypedResults.Json(new WebhookAnswer(id), ApiJson.Default.WebhookAnswer);
}
