using Npgsql;

namespace FreshTrack.Api.Monitoring;

/// <summary>What the database tells about deliveries and sensors, for all instances alike.</summary>
/// <param name="Deliveries">Those that are not sent yet.</param>
/// <param name="Sensors">Those of watched units.</param>
internal sealed record StoredFigures(OpenDeliveries Deliveries, HeardSensors Sensors)
{
    private const string DeliveriesSql = """
        select
          count(*) filter (where state = 'sending'),
          count(*) filter (where state = 'pending' and is_held),
          count(*) filter (where state = 'pending' and not is_held and due_at > $1),
          count(*) filter (where is_due),
          coalesce(extract(epoch from $1 - min(due_at) filter (where is_due)), 0)::double precision
        from (
          select o.state, o.due_at, h.is_held, o.state = 'pending' and not h.is_held and o.due_at <= $1 as is_due
          from api.outbox o cross join lateral (select api.is_held(o.organization_id) as is_held) h
          where o.state in ('pending', 'sending')
        ) o
        """;

    // The same patience as the alert of a single unit; a time from the future counts as now.
    private const string SensorsSql = """
        select
          count(*) filter (where seen_at > $1 - silence_after),
          count(*) filter (where seen_at <= $1 - silence_after and seen_at > $1 - silent_after),
          count(*) filter (where seen_at <= $1 - silence_after and seen_at <= $1 - silent_after),
          count(*) filter (where seen_at is null),
          count(*) filter (where seen_at > $1 - interval '5 minutes'),
          count(*) filter (where seen_at > $1 - interval '15 minutes'),
          count(*) filter (where seen_at > $1 - interval '1 hour'),
          count(*) filter (where seen_at > $1 - interval '6 hours'),
          count(*) filter (where seen_at > $1 - interval '1 day'),
          coalesce(extract(epoch from max(least(seen_at, $1))), 0)::double precision
        from (
          select s.last_seen_at as seen_at, u.silence_after, interval '1 day' as silent_after
          from lora_sensors s join api.watched_units u on u.id = s.unit_id where s.deleted_at is null
          union all
          select d.last_seen_at, u.silence_after, interval '1 day'
          from devices d join api.watched_units u on u.id = d.unit_id where d.deleted_at is null
        ) sensors
        """;

    /// <exception cref="NpgsqlException">The database cannot be reached, or has an older schema.</exception>
    public static async Task<StoredFigures> ReadAsync(
        NpgsqlDataSource database,
        DateTime now,
        CancellationToken cancellationToken
    )
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(DeliveriesSql).Add(now));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SensorsSql).Add(now));
        await using var row = await batch.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        var deliveries = OpenDeliveries.Read(row);
        await row.NextResultAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return new StoredFigures(deliveries, HeardSensors.Read(row));
    }
}

/// <param name="Held">Wait for the release of notifications.</param>
/// <param name="Waiting">Wait for their time: quiet hours, or the next attempt.</param>
/// <param name="Due">Should be on their way.</param>
/// <param name="OldestDue">Seconds since the first of those was due; 0 without any.</param>
internal sealed record OpenDeliveries(long Sending, long Held, long Waiting, long Due, double OldestDue)
{
    public static OpenDeliveries Read(NpgsqlDataReader row) =>
        new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetDouble(4));
}

/// <param name="Reporting">Heard of within what the rules of their units allow.</param>
/// <param name="Late">Not heard of for longer than that, and for less than a day.</param>
/// <param name="Silent">Not heard of for a day or, where the rules allow more, for longer than that.</param>
/// <param name="Never">Have not reported yet.</param>
/// <param name="HeardWithin">How many were heard of within each of <see cref="Ages"/>.</param>
/// <param name="Newest">When one was last heard of, in seconds since 1970; 0 for never.</param>
internal sealed record HeardSensors(
    long Reporting,
    long Late,
    long Silent,
    long Never,
    IReadOnlyList<long> HeardWithin,
    double Newest
)
{
    public static IReadOnlyList<string> Ages { get; } = ["5m", "15m", "1h", "6h", "1d"];

    public static HeardSensors Read(NpgsqlDataReader row) =>
        new(
            row.GetInt64(0),
            row.GetInt64(1),
            row.GetInt64(2),
            row.GetInt64(3),
            [.. Ages.Select((_, index) => row.GetInt64(4 + index))],
            row.GetDouble(4 + Ages.Count)
        );
}
