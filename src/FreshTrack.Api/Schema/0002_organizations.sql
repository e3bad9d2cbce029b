-- Organizations, their places and their people. Columns keep the precision of the database that is being left.

-- The id is the one that Stack Auth gave; every column that holds a user id references it.
create table public.users (
  id uuid primary key,
  email text not null,
  email_confirmed_at timestamptz,
  phone text,
  metadata jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  last_sign_in_at timestamptz,
  banned_until timestamptz,
  deleted_at timestamptz
);

create table public.organizations (
  id uuid default gen_random_uuid() primary key,
  name text not null,
  slug text not null,
  logo_url text,
  timezone text not null default 'America/New_York',
  compliance_mode public.compliance_mode not null default 'standard',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  accent_color text,
  ttn_application_id text,
  ttn_application_created boolean default false,
  ttn_webhook_configured boolean default false,
  deleted_at timestamptz,
  deleted_by uuid references public.users (id),
  units_preference text not null default 'metric'
);

create table public.sites (
  id uuid default gen_random_uuid() primary key,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  name text not null,
  address text,
  city text,
  state text,
  postal_code text,
  country text default 'US',
  timezone text not null default 'America/New_York',
  latitude numeric(10,8),
  longitude numeric(11,8),
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  compliance_mode text default 'standard',
  manual_log_cadence_seconds integer default 14400,
  corrective_action_required boolean default true,
  deleted_at timestamptz,
  deleted_by uuid references public.users (id)
);

create table public.areas (
  id uuid default gen_random_uuid() primary key,
  site_id uuid not null references public.sites (id) on delete cascade,
  name text not null,
  description text,
  sort_order integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  deleted_by uuid references public.users (id),
  is_active boolean not null default true
);

create table public.units (
  id uuid default gen_random_uuid() primary key,
  area_id uuid not null references public.areas (id) on delete cascade,
  name text not null,
  unit_type public.unit_type not null default 'fridge',
  status public.unit_status not null default 'offline',
  temp_max numeric(5,2) not null default 5,
  temp_min numeric(5,2),
  temp_hysteresis numeric(3,2) not null default 1,
  confirm_time_door_closed integer not null default 600,
  confirm_time_door_open integer not null default 1200,
  max_excursion_duration integer not null default 3600,
  manual_log_cadence integer not null default 14400,
  last_temp_reading numeric(5,2),
  last_reading_at timestamptz,
  last_status_change timestamptz default now(),
  make text,
  model text,
  serial_number text,
  notes text,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  last_manual_log_at timestamptz,
  door_state text default 'unknown',
  door_last_changed_at timestamptz,
  door_sensor_enabled boolean default false,
  door_open_grace_minutes integer default 20,
  consecutive_checkins integer default 0,
  last_checkin_at timestamptz,
  sensor_reliable boolean default false,
  manual_logging_enabled boolean default true,
  checkin_interval_minutes integer default 5,
  deleted_at timestamptz,
  deleted_by uuid references public.users (id),
  check (temp_min is null or temp_min < temp_max)
);

create table public.profiles (
  id uuid default gen_random_uuid() primary key,
  user_id uuid not null unique references public.users (id) on delete cascade,
  organization_id uuid references public.organizations (id) on delete set null,
  email text not null,
  full_name text,
  phone text,
  avatar_url text,
  notification_preferences jsonb default '{"push": true, "email": true, "sms": false}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  site_id uuid references public.sites (id) on delete set null,
  unit_id uuid references public.units (id) on delete set null,
  quiet_hours_enabled boolean default false,
  quiet_hours_start time,
  quiet_hours_end time,
  quiet_hours_timezone text,
  quiet_hours_allow_critical boolean default true,
  vacation_mode boolean default false,
  vacation_alternate_user_id uuid references public.users (id)
);

create table public.user_roles (
  id uuid default gen_random_uuid() primary key,
  user_id uuid not null references public.users (id) on delete cascade,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  role public.app_role not null default 'viewer',
  created_at timestamptz not null default now(),
  unique (user_id, organization_id)
);

create table public.subscriptions (
  id uuid default gen_random_uuid() primary key,
  organization_id uuid not null unique references public.organizations (id) on delete cascade,
  plan public.subscription_plan not null default 'starter',
  status public.subscription_status not null default 'trial',
  stripe_customer_id text,
  stripe_subscription_id text,
  sensor_limit integer not null default 5,
  current_sensor_count integer not null default 0,
  trial_ends_at timestamptz,
  current_period_start timestamptz,
  current_period_end timestamptz,
  canceled_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table public.escalation_contacts (
  id uuid default gen_random_uuid() primary key,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  user_id uuid references public.users (id),
  name text not null,
  email text,
  phone text,
  priority integer not null default 1,
  notification_channels text[] not null default '{email}',
  is_active boolean not null default true,
  created_at timestamptz not null default now()
);
