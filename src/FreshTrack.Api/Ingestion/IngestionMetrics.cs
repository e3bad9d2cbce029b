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
}
