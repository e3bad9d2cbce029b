using FreshTrack.Api.Ingestion;
using Prometheus;

namespace FreshTrack.Api.Monitoring;

/// <summary>What <c>/metrics</c> tells about ingestion.</summary>
internal static class IngestionMetrics
{
    public static readonly Counter Stored = Metrics.CreateCounter(
        "freshtrack_readings_stored_total",
        "Readings answered after their commit, retries included."
    );

    public static readonly Histogram BatchSize = Metrics.CreateHistogram(
        "freshtrack_reading_batch_size",
        "Readings written by one commit.",
        new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(1, 2, 10) }
    );

    public static readonly Histogram CommitSeconds = Metrics.CreateHistogram(
        "freshtrack_reading_commit_seconds",
        "Time that one batch took until its commit, attempts that failed included.",
        new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(0.001, 2, 14) }
    );

    public static readonly Gauge QueueDepth = Metrics.CreateGauge(
        "freshtrack_reading_queue_depth",
        "Readings that wait for their commit."
    );

    public static readonly Gauge QueueCapacity = Metrics.CreateGauge(
        "freshtrack_reading_queue_capacity",
        "Readings that may wait for their commit before senders are put off."
    );

    public static readonly Counter PutOff = Metrics.CreateCounter(
        "freshtrack_readings_put_off_total",
        "Readings that were answered 503 because the queue was full or closed."
    );

    public static readonly Counter NotWritten = Metrics.CreateCounter(
        "freshtrack_readings_not_written_total",
        "Readings that were answered 503 because the database did not take them in three attempts."
    );

    public static readonly Counter WithoutReading = CreateWithoutReading();

    public static readonly Counter Remarked = Metrics.CreateCounter(
        "freshtrack_uplinks_remarked_total",
        "Readings that were stored with a remark: a conflict, a time ahead, several probes, a field that is not known.",
        "reason"
    );

    public static readonly Counter Conflicts = Metrics.CreateCounter(
        "freshtrack_bulk_entries_conflicting_total",
        "Entries of bulk requests that contradict a stored reading, and were refused."
    );

    public static readonly Counter DroppedFields = Metrics.CreateCounter(
        "freshtrack_uplink_fields_dropped_total",
        "Fields of decoded payloads whose value could not be used.",
        "quantity",
        "cause"
    );

    public static readonly Counter PayloadsNotKept = Metrics.CreateCounter(
        "freshtrack_unread_payloads_lost_total",
        "Payloads of uplinks without a reading that were answered 200 and could not be kept within 2 s."
    );

    public static readonly Counter HistoryFrames = Metrics.CreateCounter(
        "freshtrack_uplink_history_frames_total",
        "Uplinks that brought readings of an earlier time."
    );

    public static readonly Counter PastReadings = Metrics.CreateCounter(
        "freshtrack_past_readings_total",
        "Readings of an earlier time, told by a later uplink: stored, or without a time or a value that can be used.",
        "outcome"
    );

    private static Counter CreateWithoutReading()
    {
        var counter = Metrics.CreateCounter(
            "freshtrack_uplinks_without_reading_total",
            "Authentic messages of The Things Stack that were answered 200 and stored no reading.",
            "reason"
        );
        foreach (var reason in UplinkReason.WithoutReading)
        {
            counter.WithLabels(reason);
        }

        return counter;
    }
}
