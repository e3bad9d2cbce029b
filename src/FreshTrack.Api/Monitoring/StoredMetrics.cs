using Prometheus;

namespace FreshTrack.Api.Monitoring;

/// <summary>What <c>/metrics</c> tells of the database's state: the same on every instance. Sensors are counted by how
/// long ago they were heard of; none has a series of its own, however many there are.</summary>
internal static class StoredMetrics
{
    private static readonly Gauge Deliveries = Metrics.CreateGauge(
        "freshtrack_outbox_deliveries",
        "Messages that are not sent yet: held, waiting for their time, due, or being sent.",
        "state"
    );

    private static readonly Gauge OldestDue = Metrics.CreateGauge(
        "freshtrack_outbox_oldest_due_seconds",
        "How long ago the first message was due that nobody has taken yet; 0 without any."
    );

    private static readonly Gauge Sensors = Metrics.CreateGauge(
        "freshtrack_sensors",
        "Sensors of watched units: reporting, late (longer than their unit's rules allow), silent (a day) or never.",
        "state"
    );

    private static readonly Gauge HeardWithin = Metrics.CreateGauge(
        "freshtrack_sensors_heard",
        "Sensors of watched units that were heard of within this time.",
        "within"
    );

    private static readonly Gauge Newest = Metrics.CreateGauge(
        "freshtrack_last_reading_timestamp_seconds",
        "When a sensor of a watched unit was last heard of, in seconds since 1970; 0 for never."
    );

    private static readonly Gauge ReadAt = Metrics.CreateGauge(
        "freshtrack_stored_figures_timestamp_seconds",
        "When the figures of outbox and sensors were last read from the database, in seconds since 1970."
    );

    public static void Set(StoredFigures figures, DateTimeOffset now)
    {
        var (deliveries, sensors) = figures;
        Deliveries.WithLabels("held").Set(deliveries.Held);
        Deliveries.WithLabels("waiting").Set(deliveries.Waiting);
        Deliveries.WithLabels("due").Set(deliveries.Due);
        Deliveries.WithLabels("sending").Set(deliveries.Sending);
        OldestDue.Set(deliveries.OldestDue);
        Sensors.WithLabels("reporting").Set(sensors.Reporting);
        Sensors.WithLabels("late").Set(sensors.Late);
        Sensors.WithLabels("silent").Set(sensors.Silent);
        Sensors.WithLabels("never").Set(sensors.Never);
        foreach (var (age, count) in HeardSensors.Ages.Zip(sensors.HeardWithin))
        {
            HeardWithin.WithLabels(age).Set(count);
        }

        Newest.Set(sensors.Newest);
        ReadAt.SetToTimeUtc(now);
    }
}
