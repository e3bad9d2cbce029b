using Prometheus;

namespace FreshTrack.Api.Ingestion;

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

    public static readonly Gauge QueueDepth = Metrics.CreateGauge(
        "freshtrack_reading_queue_depth",
        "Readings that wait for their commit."
    );

    public static readonly Counter WithoutReading = Metrics.CreateCounter(
        "freshtrack_uplinks_without_reading_total",
        "Authentic messages of The Things Stack that were answered 200 and stored no reading.",
        "reason"
    );

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
}
