-- Partitions that are made while the API runs, and whose rows may wait in the default partition.

-- Makes one partition and moves the default partition's rows of that time into it, all in the caller's transaction. What is there at the start is
-- moved while others read and write; then new rows wait, for as long as moving the few that came meanwhile and attaching takes. Writers wait at
-- the parent table, so that each knows the new partition when its turn comes. Set lock_timeout below deadlock_timeout and repeat: then nobody but
-- the caller gives up.
create function api.add_reading_partition(partition_name text, first_moment timestamptz, end_moment timestamptz) returns void
  language plpgsql
as $$
declare
  columns text;
  move text;
begin
  execute format('create table public.%I (like public.sensor_readings including all)', partition_name);
  select string_agg(quote_ident(attname), ', ' order by attnum) into columns
  from pg_attribute where attrelid = 'public.sensor_readings'::regclass and attnum > 0 and not attisdropped;
  move := format(
    'with moved as (delete from public.sensor_readings_default where recorded_at >= %L and recorded_at < %L returning %s) '
      'insert into public.%I (%s) select %s from moved',
    first_moment, end_moment, columns, partition_name, columns, columns);
  execute move;
  lock table only public.sensor_readings in share row exclusive mode;
  lock table only public.sensor_readings_default in access exclusive mode;
  execute move;
  execute format('alter table public.sensor_readings attach partition public.%I for values from (%L) to (%L)',
    partition_name, first_moment, end_moment);
end
$$;

-- Creates the partitions of so many months from the month of first_day on, with what the default partition holds of them; returns how many were
-- missing. Can be repeated.
create or replace function public.ensure_reading_partitions(first_day date, months integer) returns integer
  language plpgsql strict
as $$
declare
  month_start timestamp := date_trunc('month', first_day);
  partition_name text;
  created integer := 0;
begin
  -- Two callers at once would both find the same month missing.
  perform pg_advisory_xact_lock(hashtext('ensure_reading_partitions'));
  for i in 1..months loop
    partition_name := 'sensor_readings_' || to_char(month_start, 'YYYY_MM');
    -- Asked of the table itself: what to_regclass has cached may predate the lock.
    if not exists (select from pg_class where relname = partition_name and relnamespace = 'public'::regnamespace) then
      perform api.add_reading_partition(
        partition_name, month_start at time zone 'UTC', (month_start + interval '1 month') at time zone 'UTC');
      created := created + 1;
    end if;
    month_start := month_start + interval '1 month';
  end loop;
  return created;
end
$$;

-- Months (UTC) without a partition: those between the two moments, and those of which the default partition holds readings.
create function api.missing_reading_partitions(first_moment timestamptz, last_moment timestamptz) returns setof date
  language sql stable
as $$
  select distinct month::date
  from (
    select generate_series(date_trunc('month', first_moment at time zone 'UTC'), last_moment at time zone 'UTC', interval '1 month') as month
    union all
    -- What lies further away is nobody's measurement.
    select date_trunc('month', recorded_at at time zone 'UTC')
    from public.sensor_readings_default where recorded_at >= '2000-01-01' and recorded_at < last_moment + interval '1 year'
  ) months
  where to_regclass('public.sensor_readings_' || to_char(month, 'YYYY_MM')) is null
  order by 1
$$;
