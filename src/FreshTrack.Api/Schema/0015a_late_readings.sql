-- Only what is late is noted as late. The statement by which the API stores readings also says when their units last reported, and at its end, where
-- the trigger looks, every one of them was as old as its unit's newest reading: its own. The API notes late readings in that statement itself now.

-- The moment up to which a unit's readings are late: that of the newest one, or of the newest that has been judged, if that was corrected since.
create view api.late_until as
select u.id as unit_id, greatest(u.last_reading_at, w.seen_through) as at
from public.units u left join api.unit_watch w on w.unit_id = u.id;

-- For whoever else writes readings. One look-up of a unit for each of a statement's units.
create or replace function api.note_late_readings() returns trigger
  language plpgsql
as $$
begin
  insert into api.late_readings (unit_id, at)
  select n.unit_id, n.at
  from (select unit_id, min(least(recorded_at, received_at)) as at from arrived group by unit_id) n
  where n.at <= (select l.at from api.late_until l where l.unit_id = n.unit_id);
  return null;
end
$$;
drop trigger note_late_readings on public.sensor_readings;
create trigger note_late_readings after insert on public.sensor_readings
  referencing new table as arrived for each statement
  when (current_setting('freshtrack.notes_late_readings', true) is distinct from 'on')
  execute function api.note_late_readings();

-- Whether a temperature is newer than those that a unit's readings say up to a moment. A function of its own: a statement that holds this query would
-- open the partitions for it every time, and needs the answer only for late readings.
create function api.is_newest_temperature(unit uuid, moment timestamptz, reading uuid, until timestamptz) returns boolean
  language plpgsql stable
as $$
begin
  return not exists (
    select from public.sensor_readings r
    where r.unit_id = unit and r.recorded_at >= moment and r.recorded_at <= until
      and (r.recorded_at, r.id) > (moment, reading)
      and r.temperature is not null and r.superseded_by is null);
end
$$;
