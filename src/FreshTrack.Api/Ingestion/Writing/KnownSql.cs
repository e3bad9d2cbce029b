namespace FreshTrack.Api.Ingestion;

/// <summary>What is stored of the identity of readings that arrive (<c>n</c>), as a part of <see cref="ReadingSql"/>:
/// whether it says the same, and whether it contradicts.</summary>
/// <remarks>
/// A time that was clamped is found by what was said, an hour behind at most. A sensor's uplink is the same one also
/// when the sensor has moved to another unit meanwhile. One that has no frame counter (bulk, moved rows) may be any.
/// <c>$24</c> and <c>$25</c> leave the partitions out that a batch does not touch.
/// </remarks>
internal static class KnownSql
{
    /// <summary>Of any readings; to those of bulk requests the fields that differ, as JSON.</summary>
    public const string OfReadings = $"""
        known as materialized (
          select {Compared},
            case when d.differs and not n.is_uplink then (
              select jsonb_agg(jsonb_build_object('field', field, 'stored', stored, 'sent', sent, 'reading_id', r.id))
              from (values
                ('temperature', to_jsonb(r.temperature), to_jsonb(n.temperature), {TemperatureDiffers}),
                ('humidity', to_jsonb(r.humidity), to_jsonb(n.humidity), {HumidityDiffers}),
                ('door_open', to_jsonb(r.door_open), to_jsonb(n.door_open), {DoorDiffers}),
                ('battery_voltage', to_jsonb(r.battery_voltage), to_jsonb(n.battery_voltage), {VoltageDiffers}),
                ('battery', to_jsonb(r.battery), to_jsonb(n.battery), {BatteryDiffers})
              ) as v (field, stored, sent, differs)
              where v.differs
            ) end as differences
          from n
          cross join lateral (
            {SaidBySensor} and n.is_uplink
            union all
            select * from sensor_readings r
            where not (n.is_uplink and n.lora_sensor_id is not null)
              and r.unit_id = n.unit_id and {IsItsMoment}
            union all
            {Clamped} and (r.unit_id = n.unit_id or (n.is_uplink and r.lora_sensor_id = n.lora_sensor_id))
          ) r
          {OfItsIdentity}
        )
        """;

    /// <summary>Of uplinks of sensors.</summary>
    public const string OfUplinks = $"""
        known as materialized (
          select {Compared}
          from n
          cross join lateral (
            {SaidBySensor}
            union all
            {Clamped} and r.lora_sensor_id = n.lora_sensor_id
          ) r
          {OfItsIdentity}
        )
        """;

    private const string Compared = $"""
        n.n, r.id, r.beside, r.superseded_by,
            d.differs and r.superseded_by is null and r.id is distinct from n.supersedes as counts,
            ({SaysNoMore}) or r.temperature is not distinct from n.temperature
              and r.humidity is not distinct from n.humidity
              and r.door_open is not distinct from n.door_open
              and r.battery_voltage is not distinct from n.battery_voltage
              and (r.battery is not distinct from n.battery or r.battery_voltage is not null)
              and (n.supersedes is null or r.supersedes is not distinct from n.supersedes) as is_same
        """;

    private const string SaidBySensor = $"""
        select * from sensor_readings r
            where r.lora_sensor_id = n.lora_sensor_id and {IsItsMoment}
        """;

    private const string Clamped = $"""
        select * from sensor_readings r
            where r.said_at = n.said_at and r.recorded_at < n.said_at
              and r.recorded_at >= n.said_at - interval '61 minutes' and {IsInReach}
        """;

    private const string OfItsIdentity = $"""
        cross join lateral (
            select coalesce(
              {TemperatureDiffers} or {HumidityDiffers} or {DoorDiffers} or {VoltageDiffers} or {BatteryDiffers},
              false) as differs
          ) d
          where r.lora_sensor_id is not distinct from n.lora_sensor_id and r.device_id is not distinct from n.device_id
            and (r.f_cnt is null or n.f_cnt is null or r.f_cnt = n.f_cnt)
        """;

    private const string TemperatureDiffers = "r.temperature <> n.temperature";
    private const string HumidityDiffers = "r.humidity <> n.humidity";
    private const string DoorDiffers = "r.door_open <> n.door_open";
    private const string VoltageDiffers = "r.battery_voltage <> n.battery_voltage";

    private const string BatteryDiffers = $"""
        r.battery <> n.battery and (r.battery_voltage is null or n.battery_voltage is null)
                and not ({IsMoved} and n.battery_voltage is not null)
        """;

    /// <summary>As the former webhook left an uplink: without a frame counter.</summary>
    private const string IsMoved = "n.source = 'ttn' and r.source = 'ttn' and r.f_cnt is null";

    private const string IsInReach = "r.recorded_at >= $24 and r.recorded_at <= $25";

    // PostgreSQL rounds the network's nanoseconds, which the former webhook left to it; the API cuts them.
    private const string IsItsMoment = $"""
        r.recorded_at >= n.said_at and r.recorded_at <= n.said_at + interval '1 microsecond'
              and (r.recorded_at = n.said_at or {IsMoved}) and r.said_at is null and {IsInReach}
        """;

    // The former webhook left the voltage out of which it made the percentage.
    private const string SaysNoMore = $"""
        {IsMoved} and not d.differs and n.supersedes is null
              and (n.temperature is null or r.temperature is not null)
              and (n.humidity is null or r.humidity is not null)
              and (n.door_open is null or r.door_open is not null)
        """;
}
