-- Every reading once: what tells a repetition, a contradiction and a correction from a new reading.

alter table public.sensor_readings
  -- The time that the sender said, where it lay ahead of arrival; recorded_at is the arrival then. A repetition is known by it.
  add column said_at timestamptz,
  -- The first reading of the same identity (reporter, unit, time said, frame counter), where this one holds other values.
  add column beside uuid,
  -- The reading that this one corrects.
  add column supersedes uuid,
  -- The reading that corrects this one. Whoever asks what was measured asks for rows where this is null.
  add column superseded_by uuid;

-- One row for one uplink, whoever inserts it; what contradicts it is kept beside it.
drop index public.sensor_readings_uplink_idx;
create unique index sensor_readings_uplink_idx on public.sensor_readings (lora_sensor_id, recorded_at, f_cnt)
  where f_cnt is not null and beside is null;
create index sensor_readings_said_at_idx on public.sensor_readings (said_at) where said_at is not null;
