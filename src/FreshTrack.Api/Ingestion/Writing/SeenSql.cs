namespace FreshTrack.Api.Ingestion;

/// <summary>What units, sensors and devices last reported, whatever the order of arrival: parts of
/// <see cref="ReadingSql"/>, of the rows that it <c>inserted</c>.</summary>
/// <remarks>A moment ahead of the arrival, which an earlier version let in or the move brought along, holds up
/// nothing.</remarks>
internal static class SeenSql
{
    /// <summary>Notes late readings too: here every table is as it was before this statement.</summary>
    public const string Units = """
        newest as materialized (
          select
            unit_id, min(least(recorded_at, received_at)) as first_at,
            max(recorded_at) as newest_at, max(received_at) as received_at,
            max(recorded_at) filter (where temperature is not null) as temperature_at,
            (array_agg(id order by recorded_at desc, id desc) filter (where temperature is not null))[1]
              as temperature_id,
            (array_agg(temperature order by recorded_at desc, id desc) filter (where temperature is not null))[1]
              as temperature
          from inserted group by unit_id
        ),
        noted as (
          insert into api.late_readings (unit_id, at)
          select i.unit_id, i.first_at from newest i
          where i.first_at <= (select l.at from api.late_until l where l.unit_id = i.unit_id)
        ),
        units_seen as (
          update units u set
            last_temp_reading = case
              when i.temperature is null then u.last_temp_reading
              when u.last_reading_at is null or i.temperature_at > u.last_reading_at
                or api.is_newest_temperature(u.id, i.temperature_at, i.temperature_id, i.received_at)
                then i.temperature
              else u.last_temp_reading end,
            last_reading_at = case
              when u.last_reading_at > i.newest_at and u.last_reading_at <= i.received_at then u.last_reading_at
              else i.newest_at end
          from newest i
          where u.id = i.unit_id
        )
        """;

    public const string Sensors = """
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
        )
        """;

    public const string Devices = """
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
