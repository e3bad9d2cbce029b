-- The event log's hash chain: the one way to append to it. The schema api is this program's own; what is in public is what the plan moves.
create schema if not exists api;

-- Who holds this is the only one to append to the organization's chain, until the end of the transaction. Take the locks of several
-- organizations in the order of their ids, and before rows of alerts: then nobody waits in a circle.
create function api.lock_chain(organization uuid) returns void
  language sql
as $$ select pg_advisory_xact_lock(hashtextextended('event_logs ' || organization, 0)) $$;

-- Appends one event and returns its id. The event's hash is the lower-case hex SHA-256 of
--   previous_hash|event_type|payload::text|recorded_at
-- where the first event of an organization has '' (null in the column) for its previous hash and the time is written as
-- 2026-01-14T23:59:59.123456Z. The chain is read from the rows themselves: its head is the newest hashed event, so every new event is made newer
-- than it, by a microsecond if the clock is not. Needs READ COMMITTED, in which a look after the lock sees what the lock's last holder wrote.
create function api.append_event(event public.event_logs) returns uuid
  language plpgsql strict
as $$
declare
  head_hash text;
  head_time timestamptz;
begin
  perform api.lock_chain(event.organization_id);
  select e.event_hash, e.recorded_at into head_hash, head_time
  from public.event_logs e
  where e.organization_id = event.organization_id and e.event_hash is not null
  order by e.recorded_at desc, e.id desc limit 1;

  event.id := coalesce(event.id, gen_random_uuid());
  event.recorded_at := greatest(event.recorded_at, head_time + interval '1 microsecond');
  event.previous_hash := head_hash;
  event.event_hash := encode(sha256(convert_to(
    coalesce(head_hash, '') || '|' || event.event_type || '|' || event.payload::text || '|'
      || to_char(event.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'UTF8')), 'hex');
  insert into public.event_logs select event.*;
  return event.id;
end
$$;

-- An alert's change as an event. No user id is part of what is hashed: the actor has a column, which the user map may rewrite.
create function api.log_alert(alert public.alerts, type text, actor uuid, moment timestamptz, details jsonb default '{}') returns uuid
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
      'triggered_at', to_char(alert.triggered_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'resolved_at', to_char(alert.resolved_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))) || details)))
$$;
