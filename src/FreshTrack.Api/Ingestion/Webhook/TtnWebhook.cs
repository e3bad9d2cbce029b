using FreshTrack.Api.Monitoring;

namespace FreshTrack.Api.Ingestion;

/// <summary><c>POST /api/webhooks/ttn</c>: messages of The Things Stack v3.</summary>
internal static class TtnWebhook
{
    public static void MapTtnWebhook(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/webhooks/ttn", ReceiveAsync);

    private static async Task<IResult> ReceiveAsync(
        HttpContext context,
        DeviceDirectory directory,
        UplinkStore store,
        TimeProvider clock
    )
    {
        var now = clock.GetUtcNow();
        var (organization, parsed, refusal) = await IngestionRequest.ReadAsync(
            context,
            directory,
            UplinkParser.Parse,
            now
        );
        return parsed switch
        {
            null => refusal!,
            ParsedUplink.Accepted { Uplink: var uplink } => await StoreAsync(
                new DeviceUplink(
                    organization,
                    await directory.FindDeviceAsync(organization, uplink, context.RequestAborted),
                    uplink,
                    now.UtcDateTime
                ),
                store,
                context
            ),
            ParsedUplink.Ignored ignored => WithoutReading(ignored.Reason),
            ParsedUplink.Refused refused => IngestionErrors.Of(refused),
            var other => throw new InvalidOperationException($"Unknown outcome {other}."),
        };
    }

    private static async Task<IResult> StoreAsync(DeviceUplink uplink, UplinkStore store, HttpContext context)
    {
        if (await store.StoreAsync(uplink, context.RequestAborted) is not { } answer)
        {
            return IngestionErrors.Overloaded(context);
        }

        if (answer.ReadingId is null && !(answer is { Reason: UplinkReason.History, PastReadings: > 0 }))
        {
            IngestionMetrics.WithoutReading.WithLabels(answer.Reason!).Inc();
        }

        return answer;
    }

    private static WebhookAnswer WithoutReading(string reason)
    {
        IngestionMetrics.WithoutReading.WithLabels(reason).Inc();
        return new WebhookAnswer(ReadingId: null, reason);
    }
}
