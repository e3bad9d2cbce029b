-- Events that say what their temperatures are in.

create or replace function api.log_alert(alert public.alerts, type text, actor uuid, moment timestamptz, details jsonb default '{}') returns uuid
  language sql
as $$
  select api.append_event(jsonb_populate_record(null::public.event_logs, jsonb_build_object(
    'organization_id', alert.organization_id,
    'site_id', alert.site_id,
    'area_id', alert.area_id,
    'unit_id', alert.unit_id,
    'event_type', type,
    'category', 'alert',
    'severity', alert.severity,
    'title', alert.title,
    'actor_id', actor,
    'actor_type', case when actor is null then 'system' else 'user' end,
    'was_impersonated', false,
    'recorded_at', moment,
    'payload', jsonb_strip_nulls(jsonb_build_object(
      'alert_id', alert.id,
      'alert_type', alert.alert_type,
      'severity', alert.severity,
      'status', alert.status,
      'temperature', alert.temp_reading,
      'limit', alert.temp_limit,
      'temperature_unit', case when num_nonnulls(alert.temp_reading, alert.temp_limit) > 0 then api.temperature_unit() end,
      'late', alert.metadata -> 'late',
      'triggered_at', to_char(alert.triggered_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'resolved_at', to_char(alert.resolved_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))) || details)))
$$;

-- What an event tells of a reading.
create function api.reading_facts(reading public.sensor_readings) returns jsonb
  language sql stable
as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'reading_id', reading.id,
    'recorded_at', to_char(reading.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'source', reading.source,
    'temperature', reading.temperature,
    'temperature_unit', case when reading.temperature is not null then api.temperature_unit() end,
    'humidity', reading.humidity,
    'door_open', reading.door_open,
    'battery', reading.battery,
    'battery_voltage', reading.battery_voltage))
$$;
