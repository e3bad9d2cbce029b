namespace FreshTrack.Api.Ingestion;

/// <summary><c>POST /api/webhooks/ttn</c>: messages of The Things Stack v3.</summary>
internal static class TtnWebhook
{
    public static void MapTtnWebhook(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/webhooks/ttn", ReceiveAsync);

    private static async Task<IResult> ReceiveAsync(
        HttpContext context,
        DeviceDirectory directory,
        ReadingQueue queue,
        UnreadUplinks unread,
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
            ParsedUplink.Accepted { Uplink: var uplink } => await directory.FindDeviceAsync(
                organization,
                uplink,
                context.RequestAborted
            ) switch
            {
                null => WithoutReading(UplinkReason.DeviceNotFound),
                { Unit: null } => WithoutReading(UplinkReason.DeviceNotAssigned),
                { Unit: { } unit } device => await StoreAsync(
                    new KnownUplink(organization, device, unit, uplink.OfSensorIn(device.Facts.TemperatureUnit)),
                    context,
                    queue,
                    unread,
                    now
                ),
            },
            ParsedUplink.Ignored ignored => WithoutReading(ignored.Reason),
            ParsedUplink.Refused refused => IngestionErrors.Of(refused),
            var other => throw new InvalidOperationException($"Unknown outcome {other}."),
        };
    }

    private static async Task<IResult> StoreAsync(
        KnownUplink known,
        HttpContext context,
        ReadingQueue queue,
        UnreadUplinks unread,
        DateTimeOffset now
    )
    {
        var (organization, device, unit, uplink) = known;
        Count(uplink.Payload);
        var read = uplink.Read(device);
        if (read.Measured is null)
        {
            if (read.Reason != UplinkReason.NoMeasurement)
            {
                await unread.KeepAsync(organization, device, uplink, read, context.RequestAborted);
            }

            return WithoutReading(read.Reason!, read.Field);
        }

        var reading = NewReading.Of(uplink, device, unit, read.Measured, now.UtcDateTime);
        if (!queue.TryAdd([reading], out var written))
        {
            return IngestionErrors.Overloaded(context);
        }

        return await written is WriteOutcome.Stored { Readings: [var stored] }
            ? Answer(stored, reading, read)
            : WithoutReading(UplinkReason.RefusedByDatabase);
    }

    /// <summary>Every remark is counted; the answer has the one that weighs most.</summary>
    private static WebhookAnswer Answer(StoredReading stored, NewReading reading, UplinkReading read)
    {
        string?[] remarks =
        [
            stored.IsConflict ? UplinkReason.Conflict : null,
            reading.IsClamped ? UplinkReason.TimeClamped : null,
            read.Reason,
        ];
        string[] made = [.. remarks.OfType<string>()];
        foreach (var remark in made)
        {
            IngestionMetrics.Remarked.WithLabels(remark).Inc();
        }

        return made is [var first, ..]
            ? new WebhookAnswer(stored.Id, first, first == read.Reason ? read.Field : null)
            : new WebhookAnswer(stored.Id);
    }

    private static WebhookAnswer WithoutReading(string reason, string? field = null)
    {
        IngestionMetrics.WithoutReading.WithLabels(reason).Inc();
        return new WebhookAnswer(ReadingId: null, reason, field);
    }

    private static void Count(DecodedPayload? payload)
    {
        foreach (var field in payload?.Dropped ?? [])
        {
            IngestionMetrics.DroppedFields.WithLabels($"{field.Quantity}", $"{field.Cause}").Inc();
        }

        if (payload is { HasHistory: true })
        {
            IngestionMetrics.HistoryFrames.Inc();
        }
    }

    /// <summary>An uplink of a device that belongs to an open unit.</summary>
    private sealed record KnownUplink(Guid Organization, Device Device, Guid Unit, Uplink Uplink);
}
