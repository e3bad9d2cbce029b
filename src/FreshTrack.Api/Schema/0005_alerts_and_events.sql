-- Alert rules, alerts and what was done about them, and the event log, which is a hash chain per organization.

create table public.alert_rules (
  id uuid default gen_random_uuid() primary key,
  organization_id uuid unique references public.organizations (id) on delete cascade,
  site_id uuid unique references public.sites (id) on delete cascade,
  unit_id uuid unique references public.units (id) on delete cascade,
  manual_interval_minutes integer,
  manual_grace_minutes integer,
  expected_reading_interval_seconds integer,
  offline_trigger_multiplier numeric(3,1),
  offline_trigger_additional_minutes integer,
  door_open_warning_minutes integer,
  door_open_critical_minutes integer,
  door_open_max_mask_minutes_per_day integer,
  excursion_confirm_minutes_door_closed integer,
  excursion_confirm_minutes_door_open integer,
  max_excursion_minutes integer,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  offline_warning_missed_checkins integer,
  offline_critical_missed_checkins integer,
  manual_log_missed_checkins_threshold integer,
  check (num_nonnulls(organization_id, site_id, unit_id) = 1)
);

create table public.alert_rules_history (
  id uuid default gen_random_uuid() primary key,
  alert_rules_id uuid references public.alert_rules (id) on delete set null,
  organization_id uuid references public.organizations (id),
  site_id uuid references public.sites (id),
  unit_id uuid references public.units (id),
  changed_by uuid not null references public.users (id),
  changed_at timestamptz not null default now(),
  action text not null,
  changes jsonb not null default '{}',
  note text,
  created_at timestamptz not null default now()
);

create table public.alerts (
  id uuid default gen_random_uuid() primary key,
  unit_id uuid not null references public.units (id) on delete cascade,
  alert_type public.alert_type not null,
  severity public.alert_severity not null default 'warning',
  status public.alert_status not null default 'active',
  title text not null,
  message text,
  temp_reading numeric(5,2),
  temp_limit numeric(5,2),
  triggered_at timestamptz not null default now(),
  acknowledged_at timestamptz,
  acknowledged_by uuid references public.users (id) on delete set null,
  resolved_at timestamptz,
  resolved_by uuid references public.users (id) on delete set null,
  escalation_level integer not null default 0,
  next_escalation_at timestamptz,
  created_at timestamptz not null default now(),
  acknowledgment_notes text,
  metadata jsonb default '{}',
  first_active_at timestamptz,
  last_notified_at timestamptz,
  last_notified_reason text,
  organization_id uuid not null references public.organizations (id),
  site_id uuid references public.sites (id),
  area_id uuid references public.areas (id),
  source text default 'sensor',
  triggered_by_device_id uuid references public.devices (id),
  ack_required boolean default false,
  escalation_steps_sent jsonb default '[]',
  resolution_type text,
  correlated_with_alert_id uuid references public.alerts (id),
  sensor_dev_eui text,
  check (escalation_level >= 0)
);

create table public.corrective_actions (
  id uuid default gen_random_uuid() primary key,
  alert_id uuid references public.alerts (id) on delete set null,
  unit_id uuid not null references public.units (id) on delete cascade,
  created_by uuid references public.users (id) on delete set null,
  action_taken text not null,
  root_cause text,
  preventive_measures text,
  photo_urls text[],
  completed_at timestamptz not null default now(),
  created_at timestamptz not null default now()
);

create table public.notification_deliveries (
  id uuid default gen_random_uuid() primary key,
  alert_id uuid not null references public.alerts (id) on delete cascade,
  user_id uuid not null references public.users (id) on delete cascade,
  channel public.notification_channel not null,
  status public.notification_status not null default 'pending',
  sent_at timestamptz,
  delivered_at timestamptz,
  error_message text,
  retry_count integer not null default 0,
  created_at timestamptz not null default now(),
  check (retry_count >= 0)
);

create table public.event_logs (
  id uuid default gen_random_uuid() primary key,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  site_id uuid references public.sites (id) on delete set null,
  unit_id uuid references public.units (id) on delete set null,
  event_type text not null,
  payload jsonb not null default '{}',
  actor_id uuid references public.users (id) on delete set null,
  actor_type text default 'user',
  ip_address text,
  user_agent text,
  previous_hash text,
  event_hash text,
  recorded_at timestamptz not null default now(),
  category text,
  severity text default 'info',
  title text,
  area_id uuid references public.areas (id),
  acting_user_id uuid references public.users (id),
  impersonation_session_id uuid,
  was_impersonated boolean default false,
  check (event_hash ~ '^[0-9a-f]{64}$'),
  check (previous_hash ~ '^[0-9a-f]{64}$')
);
