using FreshTrack.Api.Monitoring;

namespace FreshTrack.Api.Ingestion;

/// <summary>An uplink and the device that it came from.</summary>
/// <param name="Device">Null when the organization has no such device.</param>
/// <param name="ReceivedAt">When the API got it: UTC.</param>
internal sealed record DeviceUplink(Guid Organization, Device? Device, Uplink Uplink, DateTime ReceivedAt);

/// <summary>Makes readings of an uplink, or keeps its payload and says why there are none.</summary>
internal sealed class UplinkStore(
    ReadingQueue queue,
    UnreadUplinks unread,
    DoorSensors doors,
    ILogger<UplinkStore> logger
)
{
    /// <summary>The Things Stack waits 5 s for its answer, and has a reading to lose by it at most.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const string StoredPast = "stored";
    private const string UnusablePast = "unusable";

    /// <returns>Null when the queue is full.</returns>
    public async Task<WebhookAnswer?> StoreAsync(DeviceUplink uplink, CancellationToken cancellationToken) =>
        uplink.Device switch
        {
            null => await KeepAsync(uplink, UplinkReason.DeviceNotFound, field: null, cancellationToken),
            { Unit: null } => await KeepAsync(uplink, UplinkReason.DeviceNotAssigned, field: null, cancellationToken),
            { Unit: { } unit } device => await StoreAsync(uplink, device, unit, cancellationToken),
        };

    private async Task<WebhookAnswer?> StoreAsync(
        DeviceUplink received,
        Device device,
        Guid unit,
        CancellationToken cancellationToken
    )
    {
        var uplink = received.Uplink.OfSensorIn(device.Facts.TemperatureUnit);
        CountFields(uplink.Payload);
        var read = uplink.Read(device);
        var live = read.Measured is { } measured ? Reading(uplink, measured) : null;
        NewReading[] past =
        [
            .. uplink
                .Past.SelectMany(told =>
                    told.Read(device).Measured is { } before ? new[] { Reading(told, before) } : []
                )
                .DistinctBy(reading => reading.Id),
        ];
        var unusable = uplink.PastWithoutTime + uplink.Past.Count(told => told.Read(device).Measured is null);
        IngestionMetrics.PastReadings.WithLabels(UnusablePast).Inc(unusable);
        if (live is null && read.Reason != UplinkReason.NoMeasurement && !IsTold(read, past.Length, unusable))
        {
            await KeepAsync(received, read.Reason!, read.Field, cancellationToken);
        }

        if (live is null && past.Length == 0)
        {
            return new WebhookAnswer(ReadingId: null, read.Reason, read.Field);
        }

        if (!queue.TryAdd(live is null ? past : [live, .. past], out var written))
        {
            return null;
        }

        if (await written is not WriteOutcome.Stored { Readings: var stored })
        {
            return await KeepAsync(received, UplinkReason.RefusedByDatabase, field: null, cancellationToken);
        }

        IngestionMetrics.PastReadings.WithLabels(StoredPast).Inc(past.Length);
        if (DoorAbility.IsProven(device.Facts.Type, uplink.Payload))
        {
            doors.Note(received.Organization, device.Id);
        }

        return live is null
            ? new WebhookAnswer(ReadingId: null, read.Reason, read.Field, past.Length)
            : Answer(stored[0], live, read, past.Length);

        NewReading Reading(Uplink of, Measurements values) =>
            NewReading.Of(of, device, unit, values, received.ReceivedAt);
    }

    /// <summary>Whether the payload's readings, all of earlier times, are stored: then nothing of it is lost.</summary>
    private static bool IsTold(UplinkReading read, int stored, int unusable) =>
        read.Reason == UplinkReason.History && stored > 0 && unusable == 0;

    /// <summary>Every remark is counted; the answer has the one that weighs most.</summary>
    private static WebhookAnswer Answer(StoredReading stored, NewReading reading, UplinkReading read, int past)
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

        var first = made.FirstOrDefault();
        return new WebhookAnswer(stored.Id, first, first == read.Reason ? read.Field : null, past);
    }

    private async Task<WebhookAnswer> KeepAsync(
        DeviceUplink uplink,
        string reason,
        string? field,
        CancellationToken cancellationToken
    )
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Patience);
        try
        {
            await unread.KeepAsync(uplink, reason, field, limited.Token);
        }
#pragma warning disable CA1031 // This message becomes no reading: an error would only cost the webhook.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            IngestionMetrics.PayloadsNotKept.Inc();
            logger.PayloadNotKept(reason, exception.Message);
        }

        return new WebhookAnswer(ReadingId: null, reason, field);
    }

    private static void CountFields(DecodedPayload? payload)
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
}
