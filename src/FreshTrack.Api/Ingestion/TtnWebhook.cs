namespace FreshTrack.Api.Ingestion;

/// <summary><c>POST /api/webhooks/ttn</c>: uplinks of The Things Stack v3.</summary>
internal static class TtnWebhook
{
    public static void MapTtnWebhook(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/webhooks/ttn", ReceiveAsync);

    private static async Task<IResult> ReceiveAsync(
        HttpContext context,
        DeviceDirectory directory,
        ReadingQueue queue,
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
            ParsedUplink.Accepted accepted => await StoreAsync(
                organization,
                accepted.Uplink,
                context,
                directory,
                queue,
                now
            ),
            ParsedUplink.Ignored => new WebhookAnswer(ReadingId: null),
            ParsedUplink.Refused refused => IngestionErrors.Of(refused),
            var other => throw new InvalidOperationException($"Unknown outcome {other}."),
        };
    }

    private static async Task<IResult> StoreAsync(
        Guid organization,
        Uplink uplink,
        HttpContext context,
        DeviceDirectory directory,
        ReadingQueue queue,
        DateTimeOffset now
    )
    {
        if (await directory.FindDeviceAsync(organization, uplink, context.RequestAborted) is not { } device)
        {
            return ApiErrors.Result(
                StatusCodes.Status404NotFound,
                "DEVICE_NOT_FOUND",
                "The organization has no such device."
            );
        }

        if (device.Unit is not { } unit)
        {
            return ApiErrors.Result(
                StatusCodes.Status422UnprocessableEntity,
                "DEVICE_NOT_ASSIGNED",
                "The device is not assigned to an active unit."
            );
        }

        var reading = NewReading.Of(uplink, device.Sensor, unit, now.UtcDateTime);
        if (!queue.TryAdd([reading], out var written))
        {
            return IngestionErrors.Overloaded(context);
        }

        return await written == WriteOutcome.Stored ? new WebhookAnswer(reading.Id) : IngestionErrors.RefusedByDatabase;
    }
}
