-- The catalog of sensor models: what their batteries are made of and in which unit they report temperatures. decoder_js is
-- kept as it came and not run: The Things Stack decodes.
create table public.sensor_catalog (
  id uuid default gen_random_uuid() primary key,
  manufacturer text not null,
  model text not null,
  model_variant text,
  display_name text not null,
  sensor_kind text not null default 'temp' check (sensor_kind in (
    'temp', 'temp_humidity', 'door', 'combo', 'co2', 'leak', 'gps', 'pulse', 'soil', 'air_quality', 'vibration', 'meter', 'tilt')),
  description text,
  frequency_bands text[] default '{US915}',
  lorawan_version text default '1.0.3',
  regional_params text default 'RP001-1.0.3-RevA',
  supports_otaa boolean default true,
  supports_abp boolean default false,
  supports_class text default 'A',
  f_ports jsonb default '[]',
  decoded_fields jsonb default '[]',
  sample_payloads jsonb default '[]',
  decoder_js text,
  decoder_python text,
  decoder_source_url text,
  decoder_provenance jsonb default '{}',
  sample_payload_provenance jsonb default '{}',
  decoder_test_vectors jsonb default '[]',
  uplink_info jsonb default '{}',
  battery_info jsonb default '{}',
  downlink_info jsonb default '{}',
  image_url text,
  datasheet_url text,
  product_url text,
  ttn_device_repo_id text,
  is_supported boolean default true,
  is_visible boolean default true,
  sort_order integer default 0,
  tags text[] default '{}',
  notes text,
  revision integer not null default 1,
  deprecated_at timestamptz,
  deprecated_reason text,
  decode_mode text default 'ttn' check (decode_mode in ('ttn', 'trust', 'app', 'off')),
  temperature_unit text default 'C' check (temperature_unit in ('C', 'F')),
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  created_by uuid references public.users (id)
);
create unique index sensor_catalog_model_idx on public.sensor_catalog (manufacturer, model, coalesce(model_variant, ''));

alter table public.lora_sensors
  add column sensor_catalog_id uuid references public.sensor_catalog (id) on delete set null;
