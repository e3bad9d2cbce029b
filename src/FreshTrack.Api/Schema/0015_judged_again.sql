-- Judging again what was corrected, and events that say what their temperatures are in.

-- A reading that was corrected: what was judged by it may have been wrong, even where no other reading takes its place.
alter table api.late_readings add column is_correction boolean not null default false;

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

create or replace function api.reading_facts(reading public.sensor_readings) returns jsonb
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

-- As before, but looks at the newest events before it looks at all of a chain: appending costs the same however long the chain is.
create or replace function api.append_event(event public.event_logs) returns uuid
  language plpgsql strict
as $$
declare
  head_hash text;
  head_time timestamptz;
begin
  perform api.lock_chain(event.organization_id);
  select e.event_hash, e.recorded_at into head_hash, head_time
  from (
    select l.id, l.organization_id, l.event_hash, l.recorded_at from public.event_logs l
    where l.organization_id = event.organization_id and l.event_hash is not null
    order by l.recorded_at desc, l.id desc limit 50
  ) e
  where not exists (
    select from public.event_logs n
    where n.organization_id = e.organization_id and n.previous_hash = e.event_hash and n.event_hash is not null)
  order by e.recorded_at desc, e.id desc limit 1;

  if head_hash is null then
    select e.event_hash, e.recorded_at into head_hash, head_time
    from public.event_logs e
    where e.organization_id = event.organization_id and e.event_hash is not null
      and not exists (
        select from public.event_logs n
        where n.organization_id = e.organization_id and n.previous_hash = e.event_hash and n.event_hash is not null)
    order by e.recorded_at desc, e.id desc limit 1;
  end if;

  event.id := coalesce(event.id, gen_random_uuid());
  event.recorded_at := greatest(event.recorded_at, head_time + interval '1 microsecond');
  event.previous_hash := head_hash;
  event.event_hash := encode(sha256(convert_to(
    coalesce(head_hash, '') || '|' || event.event_type || '|' || event.payload::text || '|'
      || to_char(event.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'UTF8')), 'hex');
  insert into public.event_logs select event.*;
  insert into api.chain_links (organization_id, previous_hash, event_id) values (event.organization_id, head_hash, event.id);
  return event.id;
end
$$;
