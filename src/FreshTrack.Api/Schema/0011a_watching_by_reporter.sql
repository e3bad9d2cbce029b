-- Watching by reporter: each LoRaWAN sensor, each device and whoever writes temperatures down by hand is judged on its own,
-- so that a cold probe never hides a warm one. And readings that arrive late are known as late.

-- A device or sensor of a unit as it has been judged; the id of zeros stands for readings written down by hand.
create table api.reporter_watch (
  unit_id uuid not null references api.unit_watch (unit_id) on delete cascade,
  reporter_id uuid not null,
  temperature_at timestamptz,
  -- Since when every temperature of this reporter has been outside the limits; null while the last one was inside.
  outside_since timestamptz,
  -- Outside for longer than the rule's delay, and not recovered since.
  is_confirmed boolean not null default false,
  door_at timestamptz,
  door_open_since timestamptz,
  battery_at timestamptz,
  primary key (unit_id, reporter_id)
);
create index reporter_watch_open_idx on api.reporter_watch (unit_id) where is_confirmed or door_open_since is not null;

alter table api.unit_watch
  -- The newest reading of the first look: nothing that was over by then is raised, whenever its readings arrive.
  add column watched_since timestamptz,
  -- units.last_reading_at as it was looked at.
  add column looked_at_reading timestamptz,
  -- While a stretch of time is judged again, because readings of it arrived late: its ends.
  add column rewound_from timestamptz,
  add column rewound_until timestamptz,
  -- The excursion that lasts: since when, and the reading that confirmed it.
  add column excursion_since timestamptz,
  add column excursion_at timestamptz,
  add column excursion_temperature numeric(5,2),
  add column excursion_limit numeric(5,2),
  add column excursion_sensor text;

-- Units that got readings older than their newest one, each with the time of the earliest of a statement. A row goes with the
-- judgement that saw it, so none is missed whatever becomes of the program that stored the readings.
create table api.late_readings (
  id bigint generated always as identity primary key,
  unit_id uuid not null references public.units (id) on delete cascade,
  at timestamptz not null,
  -- A reading that was corrected: what was judged by it may have been wrong, even where no other reading takes its place.
  is_correction boolean not null default false
);
create index late_readings_unit_id_idx on api.late_readings (unit_id);

-- Costs one look-up of the unit a reading; writes only for what is late. A reading's time is never after its arrival.
create function api.note_late_readings() returns trigger
  language plpgsql
as $$
begin
  insert into api.late_readings (unit_id, at)
  select n.unit_id, min(least(n.recorded_at, n.received_at))
  from arrived n join public.units u on u.id = n.unit_id
  where least(n.recorded_at, n.received_at) <= u.last_reading_at
  group by n.unit_id;
  return null;
end
$$;
create trigger note_late_readings after insert on public.sensor_readings
  referencing new table as arrived for each statement execute function api.note_late_readings();

-- Alerts of a unit around a stretch of time that is judged again.
create index alerts_unit_id_idx on public.alerts (unit_id, triggered_at desc);

-- From when to when some instance of the API has listened without a break; silence counts from since on at the earliest.
create table api.listening (
  only_row boolean primary key default true check (only_row),
  since timestamptz not null,
  until timestamptz not null
);

-- What was known of units becomes what is known of their reporters. Doors belong to the reporter that moved last, batteries to all
-- sensors of the unit; temperatures are judged again from where an unfinished excursion began.
insert into api.reporter_watch (unit_id, reporter_id, battery_at)
select w.unit_id, s.id, w.battery_at from api.unit_watch w
join (select id, unit_id from public.lora_sensors union all select id, unit_id from public.devices) s on s.unit_id = w.unit_id
where w.battery_at is not null;

insert into api.reporter_watch (unit_id, reporter_id, door_at, door_open_since)
select w.unit_id, r.reporter_id, w.door_at, w.door_open_since
from api.unit_watch w
cross join lateral (
  select coalesce(r.lora_sensor_id, r.device_id, '00000000-0000-0000-0000-000000000000') as reporter_id
  from public.sensor_readings r
  where r.unit_id = w.unit_id and r.recorded_at = w.door_at and r.door_open is not null
  order by r.id limit 1
) r
on conflict (unit_id, reporter_id) do update set door_at = excluded.door_at, door_open_since = excluded.door_open_since;

insert into api.late_readings (unit_id, at)
select unit_id, least(coalesce(outside_since, seen_through), seen_through) from api.unit_watch where seen_through is not null;

update api.unit_watch set watched_since = coalesce(least(outside_since, seen_through), seen_through);

alter table api.unit_watch
  drop column temperature_at, drop column outside_since, drop column door_at, drop column door_open_since, drop column battery_at;

-- Whether a reporter says nothing more about this unit: deleted, or a sensor that belongs to another one. A device behind a hub may report for units that
-- it is not assigned to.
create function api.is_gone(unit uuid, reporter uuid) returns boolean
  language sql stable
as $$
  select reporter <> '00000000-0000-0000-0000-000000000000'
    and not exists (select from public.lora_sensors s where s.id = reporter and s.unit_id = unit and s.deleted_at is null)
    and not exists (select from public.devices d where d.id = reporter and d.deleted_at is null)
$$;
