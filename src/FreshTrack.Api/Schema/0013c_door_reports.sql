-- What a door's own counters say beside its state, in one unit whatever the decoder calls them. Moved readings have it in
-- their payload, as the former system left it there.
alter table public.sensor_readings
  add column door_open_count integer,
  add column door_open_seconds integer;
