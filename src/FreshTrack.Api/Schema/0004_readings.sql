-- Readings, a partition a month (UTC).

create table public.sensor_readings (
  id uuid not null default gen_random_uuid(),
  unit_id uuid not null references public.units (id) on delete cascade,
  device_id uuid references public.devices (id) on delete set null,
  temperature numeric(5,2),
  humidity numeric(5,2),
  door_open boolean,
  battery integer,
  signal_strength integer,
  recorded_at timestamptz not null default now(),
  received_at timestamptz not null default now(),
  source text,
  lora_sensor_id uuid references public.lora_sensors (id),
  battery_voltage numeric(4,3),
  frm_payload_base64 text,
  f_port integer,
  raw_payload_hex text,
  network_decoded_payload jsonb,
  app_decoded_payload jsonb,
  decoder_id text,
  decode_match boolean,
  decode_mismatch_reason text,
  decoder_warnings jsonb,
  decoder_errors jsonb,
  -- The uplink's frame counter; unknown for rows that predate this column.
  f_cnt bigint,
  primary key (id, recorded_at),
  check (battery between 0 and 100),
  check (humidity between 0 and 100)
) partition by range (recorded_at);

-- Stays empty: a row in it means that a month is missing.
create table public.sensor_readings_default partition of public.sensor_readings default;

-- Creates the partitions of so many months from the month of first_day on; returns how many were missing. Can be repeated.
create function public.ensure_reading_partitions(first_day date, months integer) returns integer
  language plpgsql strict
as $$
declare
  month_start date := date_trunc('month', first_day)::date;
  partition_name text;
  created integer := 0;
begin
  -- Two callers at once would both find the same month missing.
  perform pg_advisory_xact_lock(hashtext('ensure_reading_partitions'));
  for i in 1..months loop
    partition_name := 'sensor_readings_' || to_char(month_start, 'YYYY_MM');
    if to_regclass(format('public.%I', partition_name)) is null then
      execute format('create table public.%I partition of public.sensor_readings for values from (%L) to (%L)',
        partition_name, month_start::text || ' 00:00:00+00', (month_start + interval '1 month')::date::text || ' 00:00:00+00');
      created := created + 1;
    end if;
    month_start := (month_start + interval '1 month')::date;
  end loop;
  return created;
end
$$;

-- The same for every month that holds a moment between the two, both included; nothing when either is null.
create function public.ensure_reading_partitions(first_moment timestamptz, last_moment timestamptz) returns integer
  language sql strict
as $$
  select public.ensure_reading_partitions(
    (first_moment at time zone 'UTC')::date,
    (12 * (extract(year from last_moment at time zone 'UTC') - extract(year from first_moment at time zone 'UTC'))
      + extract(month from last_moment at time zone 'UTC') - extract(month from first_moment at time zone 'UTC') + 1)::integer)
$$;

create table public.door_events (
  id uuid default gen_random_uuid() primary key,
  unit_id uuid not null references public.units (id) on delete cascade,
  state text not null,
  occurred_at timestamptz not null default now(),
  source text default 'sensor',
  metadata jsonb,
  created_at timestamptz not null default now(),
  check (state in ('open', 'closed'))
);

create table public.manual_temperature_logs (
  id uuid default gen_random_uuid() primary key,
  unit_id uuid not null references public.units (id) on delete cascade,
  logged_by uuid references public.users (id) on delete set null,
  temperature numeric(5,2) not null,
  notes text,
  is_in_range boolean,
  photo_url text,
  logged_at timestamptz not null default now(),
  created_at timestamptz not null default now()
);
