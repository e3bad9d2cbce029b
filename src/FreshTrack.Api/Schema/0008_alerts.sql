-- Watching units: what is judged, by which rules, and who is told. Tables of this program's own; alerts and deliveries themselves stay in public.

-- How far a unit's readings have been judged. A reading is judged once for each thing it tells, and only when it is newer than what was judged of
-- that: temperature and door often come from two sensors, whose readings may overtake each other on their way.
create table api.unit_watch (
  unit_id uuid primary key references public.units (id) on delete cascade,
  -- The newest reading of all; null until the unit has been looked at for the first time.
  seen_through timestamptz,
  temperature_at timestamptz,
  outside_since timestamptz,
  door_at timestamptz,
  door_open_since timestamptz,
  battery_at timestamptz,
  -- A silence that somebody resolved by hand counts from then on.
  silent_since timestamptz,
  -- When time alone, without a reading, may change what is to be said.
  due_at timestamptz
);
create index unit_watch_due_idx on api.unit_watch (due_at) where due_at is not null;

-- One open alert per unit and kind. Alerts that were moved are not judged by it; they count as open when it comes to raising one.
create unique index alerts_one_open_idx on public.alerts (unit_id, alert_type)
  where status <> 'resolved' and metadata ->> 'raised_by' = 'freshtrack-api';
create index alerts_escalation_idx on public.alerts (next_escalation_at) where next_escalation_at is not null and status in ('active', 'escalated');

-- Units that are watched, with the rules in force. Each setting is taken from the rule of the unit, else of the site, else of the organization,
-- else from the unit's own columns, else from the default at the end of its line.
create view api.watched_units as
select u.id, u.name, u.temp_min, u.temp_max, u.temp_hysteresis, u.last_reading_at,
  a.id as area_id, s.id as site_id, o.id as organization_id, o.units_preference,
  least(
    make_interval(secs => coalesce(ur.expected_reading_interval_seconds, sr.expected_reading_interval_seconds, og.expected_reading_interval_seconds, 60 * u.checkin_interval_minutes::bigint, 300)
      * coalesce(ur.offline_trigger_multiplier, sr.offline_trigger_multiplier, og.offline_trigger_multiplier, 2))
    + make_interval(mins => coalesce(ur.offline_trigger_additional_minutes, sr.offline_trigger_additional_minutes, og.offline_trigger_additional_minutes, 2)),
    interval '365 days') as silence_after,
  least(make_interval(mins => coalesce(ur.door_open_warning_minutes, sr.door_open_warning_minutes, og.door_open_warning_minutes, 3)), interval '365 days') as door_warning_after,
  least(make_interval(mins => coalesce(ur.door_open_critical_minutes, sr.door_open_critical_minutes, og.door_open_critical_minutes, 10)), interval '365 days') as door_critical_after,
  -- However long a confirmation takes, an excursion is not longer unconfirmed than it may last at all.
  least(coalesce(
      make_interval(mins => coalesce(ur.excursion_confirm_minutes_door_closed, sr.excursion_confirm_minutes_door_closed, og.excursion_confirm_minutes_door_closed)),
      make_interval(secs => u.confirm_time_door_closed)),
    longest.excursion) as confirm_door_closed,
  least(coalesce(
      make_interval(mins => coalesce(ur.excursion_confirm_minutes_door_open, sr.excursion_confirm_minutes_door_open, og.excursion_confirm_minutes_door_open)),
      make_interval(secs => u.confirm_time_door_open)),
    longest.excursion) as confirm_door_open
from public.units u
join public.areas a on a.id = u.area_id and a.deleted_at is null and a.is_active
join public.sites s on s.id = a.site_id and s.deleted_at is null and s.is_active
join public.organizations o on o.id = s.organization_id and o.deleted_at is null
left join public.alert_rules ur on ur.unit_id = u.id
left join public.alert_rules sr on sr.site_id = s.id
left join public.alert_rules og on og.organization_id = o.id
cross join lateral (
  select least(coalesce(
      make_interval(mins => coalesce(ur.max_excursion_minutes, sr.max_excursion_minutes, og.max_excursion_minutes)),
      make_interval(secs => u.max_excursion_duration)),
    interval '365 days') as excursion
) longest
where u.deleted_at is null and u.is_active;

-- What is to be sent, and what became of it. The row comes with the change that it tells of, in one transaction; a delivery to somebody with an account
-- has a row of the same id in notification_deliveries, which has no place for contacts without one.
--   pending → sending → sent | failed, and back to pending when the server did not take it.
-- A row is marked «sending» before anything goes out. Who finds it so long after knows only that it may have been sent, and does not send it again.
create table api.outbox (
  id uuid default gen_random_uuid() primary key,
  alert_id uuid not null references public.alerts (id) on delete cascade,
  reason text not null,
  channel public.notification_channel not null,
  -- A user id without a reference: notification_deliveries has that.
  user_id uuid,
  contact_id uuid references public.escalation_contacts (id) on delete cascade,
  state text not null default 'pending' check (state in ('pending', 'sending', 'sent', 'failed')),
  attempts integer not null default 0,
  due_at timestamptz not null,
  claimed_at timestamptz,
  error text,
  check (num_nonnulls(user_id, contact_id) > 0)
);
create unique index outbox_once_idx on api.outbox (alert_id, reason, channel, coalesce(user_id, contact_id));
create index outbox_open_idx on api.outbox (due_at) where state in ('pending', 'sending');
create index outbox_contact_id_idx on api.outbox (contact_id);

-- When somebody with this profile may be told: now, or at the end of their quiet hours. Their time zone, else the organization's, else UTC.
create function api.told_at(profile public.profiles, severity public.alert_severity, zone text, moment timestamptz) returns timestamptz
  language plpgsql stable
as $$
declare
  here timestamp;
  waits_until timestamp;
begin
  if profile.quiet_hours_enabled is not true or profile.quiet_hours_start is null or profile.quiet_hours_end is null
    or (severity = 'critical' and profile.quiet_hours_allow_critical is not false) then
    return moment;
  end if;
  zone := coalesce(nullif(profile.quiet_hours_timezone, ''), zone);
  begin
    here := moment at time zone zone;
  exception when invalid_parameter_value then
    zone := 'UTC';
    here := moment at time zone zone;
  end;
  waits_until := case
    when profile.quiet_hours_start < profile.quiet_hours_end and here::time >= profile.quiet_hours_start and here::time < profile.quiet_hours_end
      or profile.quiet_hours_start > profile.quiet_hours_end and here::time < profile.quiet_hours_end then here::date + profile.quiet_hours_end
    when profile.quiet_hours_start > profile.quiet_hours_end and here::time >= profile.quiet_hours_start then here::date + 1 + profile.quiet_hours_end
  end;
  return coalesce(waits_until at time zone zone, moment);
end
$$;

-- The organization's contacts by the step of escalation at which they are told: 0 is told first.
create view api.escalation_steps as
select c.id, c.organization_id, c.user_id, c.email, c.phone,
  -- Somebody on call who named no channel is told in the way that the column's default names.
  case when c.notification_channels = '{}' then '{email}' else c.notification_channels end as channels,
  dense_rank() over (partition by c.organization_id order by c.priority) - 1 as step
from public.escalation_contacts c where c.is_active;

-- When an alert at this step goes on to the next one, unless somebody acknowledges it; null when there is none.
create function api.next_escalation(organization uuid, level integer, moment timestamptz) returns timestamptz
  language sql stable
as $$
  select moment + interval '15 minutes' where exists (select from api.escalation_steps s where s.organization_id = organization and s.step > level)
$$;

-- Plans who is told of an alert: the contacts of its step of escalation; in an organization without contacts its owners, admins, managers and staff,
-- by their preferences, and of one site or unit only those of that one. On vacation the alternate stands in. Only over these channels, to whoever has an
-- address for it, and once for each reason. Returns how many deliveries are new.
create function api.plan_deliveries(alert public.alerts, reason text, configured text[], moment timestamptz) returns bigint
  language sql
as $$
  with named as (
    select s.id as contact_id, s.user_id, s.channels, s.email, s.phone
    from api.escalation_steps s
    where s.organization_id = alert.organization_id and s.step = alert.escalation_level
    union all
    select null, m.user_id, array_remove(array[
        case when p.notification_preferences -> 'email' is distinct from 'false' then 'email' end,
        case when p.notification_preferences -> 'sms' = 'true' then 'sms' end], null), null, null
    from public.user_roles m join public.profiles p on p.user_id = m.user_id
    where m.organization_id = alert.organization_id and m.role in ('owner', 'admin', 'manager', 'staff') and alert.escalation_level = 0
      and (p.site_id is null or p.site_id = alert.site_id) and (p.unit_id is null or p.unit_id = alert.unit_id)
      and not exists (select from api.escalation_steps s where s.organization_id = alert.organization_id)
  ), told as (
    select case when away.user_id is null then n.contact_id end as contact_id, coalesce(away.user_id, n.user_id) as user_id, n.channels,
      case when away.user_id is null then n.email end as email, case when away.user_id is null then n.phone end as phone
    from named n
    left join (select p.user_id as who, p.vacation_alternate_user_id as user_id from public.profiles p where p.vacation_mode) away on away.who = n.user_id
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
  select count(*) from planned
$$;
