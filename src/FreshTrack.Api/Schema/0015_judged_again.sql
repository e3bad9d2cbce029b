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
  -- One look-up for each of them, and no join with all events.
  where (
    select n.id from public.event_logs n
    where n.organization_id = e.organization_id and n.previous_hash = e.event_hash and n.event_hash is not null limit 1) is null
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

-- Plans the deliveries to one audience: a step of escalation, or with null for a step the organization's owners, admins, managers and staff, by their
-- preferences, and of one site or unit only those of that one. On vacation the alternate stands in, if they have a role in this organization, an account
-- in good standing, no vacation themselves and an address for one of these channels; else whoever is away is told. Only over these channels, to
-- whoever has an address for it, and once for each reason. Returns how many deliveries there are for this reason, new or not.
create or replace function api.plan_step(alert public.alerts, at_step bigint, reason text, configured text[], moment timestamptz) returns bigint
  language sql
as $$
  with named as (
    select s.id as contact_id, s.user_id, s.channels, s.email, s.phone
    from api.escalation_steps s
    where s.organization_id = alert.organization_id and s.step = at_step
    union all
    select null, m.user_id, array_remove(array[
        case when p.notification_preferences -> 'email' is distinct from 'false' then 'email' end,
        case when p.notification_preferences -> 'sms' = 'true' then 'sms' end], null), null, null
    from public.user_roles m join public.profiles p on p.user_id = m.user_id
    where at_step is null and m.organization_id = alert.organization_id and m.role in ('owner', 'admin', 'manager', 'staff')
      and (p.site_id is null or p.site_id = alert.site_id) and (p.unit_id is null or p.unit_id = alert.unit_id)
  ), told as (
    select case when away.user_id is null then n.contact_id end as contact_id, coalesce(away.user_id, n.user_id) as user_id, n.channels,
      case when away.user_id is null then n.email end as email, case when away.user_id is null then n.phone end as phone
    from named n
    left join lateral (
      select u.id as user_id
      from public.profiles p
      join public.users u on u.id = p.vacation_alternate_user_id
        and u.deleted_at is null and (u.banned_until is null or u.banned_until <= moment)
      join public.user_roles r on r.user_id = u.id and r.organization_id = alert.organization_id
      join public.profiles their on their.user_id = u.id
      where p.user_id = n.user_id and p.vacation_mode and u.id <> p.user_id and their.vacation_mode is not true
        and exists (
          select from (values ('email', their.email), ('sms', their.phone)) way (name, address)
          where btrim(address) <> '' and name = any(n.channels) and name = any(configured))
      limit 1
    ) away on true
  ), planned as (
    insert into api.outbox (alert_id, reason, channel, user_id, contact_id, due_at)
    select alert.id, reason, channel.name::public.notification_channel, t.user_id, t.contact_id, api.told_at(p, alert.severity, o.timezone, moment)
    from told t
    join public.organizations o on o.id = alert.organization_id
    left join public.profiles p on p.user_id = t.user_id
    left join public.users u on u.id = t.user_id
    cross join lateral (
      select 'email' as name where coalesce(nullif(btrim(t.email), ''), nullif(btrim(p.email), '')) is not null
      union all
      select 'sms' where coalesce(nullif(btrim(t.phone), ''), nullif(btrim(p.phone), '')) is not null
    ) channel
    where channel.name = any(t.channels) and channel.name = any(configured)
      and u.deleted_at is null and (u.banned_until is null or u.banned_until <= moment)
    on conflict do nothing
    returning *
  ), recorded as (
    insert into public.notification_deliveries (id, alert_id, user_id, channel, created_at)
    select p.id, p.alert_id, p.user_id, p.channel, moment from planned p where p.user_id is not null
  )
  select (select count(*) from planned)
    + (select count(*) from api.outbox o where o.alert_id = alert.id and o.reason = plan_step.reason)
$$;
