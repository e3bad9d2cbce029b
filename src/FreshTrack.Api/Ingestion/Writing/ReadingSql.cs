namespace FreshTrack.Api.Ingestion;

/// <summary>The statements that write readings, each reading once.</summary>
/// <remarks>Whoever writes readings of a unit or sensor holds its row first: a look at what is stored then sees what
/// every other writer, of this API or another one, has stored.</remarks>
internal static class ReadingSql
{
    /// <summary>Batches of webhooks never share a unit or a sensor (see <see cref="ReadingQueue"/>). All writers take
    /// rows in this order, so that none waits in a circle.</summary>
    public const string LockUnits = """
        with locked as (select from units where id = any($1) order by id for no key update) select count(*) from locked
        """;

    public const string LockSensors = """
        with locked as (select from lora_sensors where id = any($1) order by id for no key update)
        select count(*) from locked
        """;

    public const string LockDevices = """
        with locked as (select from devices where id = any($1) order by id for no key update)
        select count(*) from locked
        """;

    /// <summary>Stores what is new and says of each reading which row holds it. What a bulk request contradicts keeps
    /// all of that request out.</summary>
    public const string Store = $"""
        with n as materialized (
          select
            n::integer, request, is_uplink, id, unit_id, lora_sensor_id, device_id, source,
            temperature::numeric(5,2) as temperature, humidity::numeric(5,2) as humidity, door_open,
            battery, battery_voltage::numeric(4,3) as battery_voltage, signal_strength,
            recorded_at, said_at, received_at, f_cnt, f_port, payload, decoded, supersedes,
            door_open_count, door_open_seconds
          from unnest(
            $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
            $22, $23)
            with ordinality as r (
              request, is_uplink, id, unit_id, lora_sensor_id, device_id, source,
              temperature, humidity, door_open, battery, battery_voltage, signal_strength,
              recorded_at, said_at, received_at, f_cnt, f_port, payload, decoded, supersedes,
              door_open_count, door_open_seconds, n)
        ),
        {Known},
        found as materialized (
          select
            n,
            (array_agg(id order by superseded_by is not null, id) filter (where is_same))[1] as same_id,
            (array_agg(beside order by superseded_by is not null, id) filter (where is_same))[1] as same_beside,
            (array_agg(coalesce(beside, id) order by beside is not null, id))[1] as beside,
            jsonb_agg(differences) filter (where counts and not is_same) as differences
          from known group by n
        ),
        refused as (
          select distinct n.request from n join found f using (n)
          where f.same_id is null and f.differences is not null and not n.is_uplink
        ),
        inserted as (
          insert into sensor_readings (
            id, unit_id, lora_sensor_id, device_id, source, temperature, humidity, door_open, battery, battery_voltage,
            signal_strength, recorded_at, said_at, received_at, f_cnt, f_port,
            frm_payload_base64, raw_payload_hex, network_decoded_payload, supersedes, beside,
            door_open_count, door_open_seconds)
          select
            n.id, n.unit_id, n.lora_sensor_id, n.device_id, n.source, n.temperature, n.humidity, n.door_open,
            n.battery, n.battery_voltage, n.signal_strength,
            n.recorded_at, nullif(n.said_at, n.recorded_at), n.received_at, n.f_cnt, n.f_port,
            n.payload, encode(decode(n.payload, 'base64'), 'hex'), n.decoded, n.supersedes, f.beside,
            n.door_open_count, n.door_open_seconds
          from n left join found f using (n)
          where f.same_id is null and not exists (select from refused where refused.request = n.request)
          on conflict do nothing
          returning id, unit_id, lora_sensor_id, device_id, temperature, battery, battery_voltage, signal_strength,
            recorded_at, received_at
        ),
        {Seen}
        select
          coalesce(f.same_id, i.id), i.id is not null,
          f.differences is not null and (f.same_id is null or f.same_beside is not null),
          case when f.same_id is null and not n.is_uplink then f.differences end
        from n left join found f using (n) left join inserted i on i.id = n.id
        order by n.n
        """;

    /// <summary>Planning for every partition takes far longer than the work: once a connection is enough, because the
    /// times $24 and $25 leave the partitions out that a batch does not touch.</summary>
    public const string PlanOnce = "select set_config('plan_cache_mode', 'force_generic_plan', true)";

    // What is stored of the same identity. A time that was clamped is found by what was said, an hour behind at most.
    // A sensor's uplink is the same one also when the sensor has moved to another unit meanwhile. One that has no frame
    // counter (bulk, moved rows) may be any.
    private const string Known = $"""
        known as materialized (
          select n.n, r.id, r.beside, r.superseded_by, d.differences,
            d.differences is not null and r.superseded_by is null and r.id is distinct from n.supersedes as counts,
            ({SaysNoMore}) or r.temperature is not distinct from n.temperature
              and r.humidity is not distinct from n.humidity
              and r.door_open is not distinct from n.door_open
              and r.battery_voltage is not distinct from n.battery_voltage
              and (r.battery is not distinct from n.battery or r.battery_voltage is not null)
              and (n.supersedes is null or r.supersedes is not distinct from n.supersedes) as is_same
          from n
          cross join lateral (
            select * from sensor_readings r
            where n.is_uplink and r.lora_sensor_id = n.lora_sensor_id and {IsItsMoment}
              and r.said_at is null and r.recorded_at >= $24 and r.recorded_at <= $25
            union all
            select * from sensor_readings r
            where not (n.is_uplink and n.lora_sensor_id is not null)
              and r.unit_id = n.unit_id and {IsItsMoment}
              and r.said_at is null and r.recorded_at >= $24 and r.recorded_at <= $25
            union all
            select * from sensor_readings r
            where r.said_at = n.said_at and r.recorded_at < n.said_at
              and r.recorded_at >= n.said_at - interval '61 minutes'
              and r.recorded_at >= $24 and r.recorded_at <= $25
              and (r.unit_id = n.unit_id or (n.is_uplink and r.lora_sensor_id = n.lora_sensor_id))
          ) r
          cross join lateral (
            select jsonb_agg(jsonb_build_object(
              'field', field, 'stored', stored, 'sent', sent, 'reading_id', r.id)) as differences
            from (values
              ('temperature', to_jsonb(r.temperature), to_jsonb(n.temperature), r.temperature <> n.temperature),
              ('humidity', to_jsonb(r.humidity), to_jsonb(n.humidity), r.humidity <> n.humidity),
              ('door_open', to_jsonb(r.door_open), to_jsonb(n.door_open), r.door_open <> n.door_open),
              ('battery_voltage', to_jsonb(r.battery_voltage), to_jsonb(n.battery_voltage),
                r.battery_voltage <> n.battery_voltage),
              ('battery', to_jsonb(r.battery), to_jsonb(n.battery),
                r.battery <> n.battery and (r.battery_voltage is null or n.battery_voltage is null)
                  and not ({IsMoved} and n.battery_voltage is not null))
            ) as v (field, stored, sent, differs)
            where differs
          ) d
          where r.lora_sensor_id is not distinct from n.lora_sensor_id and r.device_id is not distinct from n.device_id
            and (r.f_cnt is null or n.f_cnt is null or r.f_cnt = n.f_cnt)
        )
        """;

    /// <summary>As the former webhook left an uplink: without a frame counter.</summary>
    private const string IsMoved = "n.source = 'ttn' and r.source = 'ttn' and r.f_cnt is null";

    // PostgreSQL rounds the network's nanoseconds, which the former webhook left to it; the API cuts them.
    private const string IsItsMoment = $"""
        r.recorded_at >= n.said_at and r.recorded_at <= n.said_at + interval '1 microsecond'
              and (r.recorded_at = n.said_at or {IsMoved})
        """;

    // The former webhook left the voltage out of which it made the percentage.
    private const string SaysNoMore = $"""
        {IsMoved} and d.differences is null and n.supersedes is null
              and (n.temperature is null or r.temperature is not null)
              and (n.humidity is null or r.humidity is not null)
              and (n.door_open is null or r.door_open is not null)
        """;

    // What units, sensors and devices last reported, whatever the order of arrival. A moment ahead of the arrival,
    // which an earlier version let in or the move brought along, holds up nothing.
    private const string Seen = """
        units_seen as (
          update units u set
            last_temp_reading = case
              when i.temperature is null then u.last_temp_reading
              when u.last_reading_at is null or i.temperature_at > u.last_reading_at
                or not exists (
                  select from sensor_readings r
                  where r.unit_id = u.id and r.recorded_at >= i.temperature_at and r.recorded_at <= i.received_at
                    and r.recorded_at >= $24
                    and (r.recorded_at, r.id) > (i.temperature_at, i.temperature_id)
                    and r.temperature is not null and r.superseded_by is null)
                then i.temperature
              else u.last_temp_reading end,
            last_reading_at = case
              when u.last_reading_at > i.newest_at and u.last_reading_at <= i.received_at then u.last_reading_at
              else i.newest_at end
          from (
            select
              unit_id, max(recorded_at) as newest_at, max(received_at) as received_at,
              max(recorded_at) filter (where temperature is not null) as temperature_at,
              (array_agg(id order by recorded_at desc, id desc) filter (where temperature is not null))[1]
                as temperature_id,
              (array_agg(temperature order by recorded_at desc, id desc) filter (where temperature is not null))[1]
                as temperature
            from inserted group by unit_id) i
          where u.id = i.unit_id
        ),
        sensors_seen as (
          update lora_sensors s set
            last_seen_at = i.recorded_at,
            battery = coalesce(i.battery, s.battery),
            battery_voltage = coalesce(i.battery_voltage, s.battery_voltage),
            signal_strength = coalesce(i.signal_strength, s.signal_strength),
            status = case when s.status in ('pending', 'joining', 'offline') then 'active' else s.status end
          from (
            select distinct on (lora_sensor_id) * from inserted
            where lora_sensor_id is not null order by lora_sensor_id, recorded_at desc, id desc) i
          where s.id = i.lora_sensor_id
            and (s.last_seen_at is null or s.last_seen_at < i.recorded_at or s.last_seen_at > i.received_at)
        ),
        devices_seen as (
          update devices d set
            last_seen_at = i.recorded_at,
            battery = coalesce(i.battery, d.battery),
            battery_voltage = coalesce(i.battery_voltage, d.battery_voltage),
            battery_last_reported_at =
              case when i.battery is null then d.battery_last_reported_at else i.recorded_at end,
            signal_strength = coalesce(i.signal_strength, d.signal_strength),
            status = case when d.status in ('inactive', 'pairing') then 'active' else d.status end
          from (
            select distinct on (device_id) * from inserted
            where device_id is not null order by device_id, recorded_at desc, id desc) i
          where d.id = i.device_id
            and (d.last_seen_at is null or d.last_seen_at < i.recorded_at or d.last_seen_at > i.received_at)
        )
        """;
}
