-- Enumerations: the labels of the database that is being left, in the same order.
create type public.alert_severity as enum ('info', 'warning', 'critical');
create type public.alert_status as enum ('active', 'acknowledged', 'resolved', 'escalated');
create type public.alert_type as enum ('alarm_active', 'monitoring_interrupted', 'missed_manual_entry', 'low_battery', 'sensor_fault', 'door_open', 'calibration_due', 'suspected_cooling_failure', 'temp_excursion');
create type public.app_role as enum ('owner', 'admin', 'manager', 'staff', 'viewer', 'inspector');
create type public.compliance_mode as enum ('standard', 'haccp');
create type public.device_status as enum ('active', 'inactive', 'pairing', 'fault', 'low_battery');
create type public.gateway_status as enum ('pending', 'online', 'degraded', 'offline', 'maintenance');
create type public.lora_sensor_status as enum ('pending', 'joining', 'active', 'offline', 'fault');
create type public.lora_sensor_type as enum ('temperature', 'temperature_humidity', 'door', 'combo', 'contact', 'motion', 'leak', 'metering', 'gps', 'air_quality', 'multi_sensor');
create type public.notification_channel as enum ('push', 'email', 'sms');
create type public.notification_status as enum ('pending', 'sent', 'delivered', 'failed');
create type public.pairing_status as enum ('pending', 'in_progress', 'completed', 'failed', 'expired');
create type public.subscription_plan as enum ('starter', 'pro', 'haccp', 'enterprise');
create type public.subscription_status as enum ('trial', 'active', 'past_due', 'canceled', 'paused');
create type public.ttn_provisioning_state as enum ('not_configured', 'unknown', 'exists_in_ttn', 'missing_in_ttn', 'conflict', 'error');
create type public.unit_status as enum ('ok', 'excursion', 'alarm_active', 'monitoring_interrupted', 'manual_required', 'restoring', 'offline');
create type public.unit_type as enum ('fridge', 'freezer', 'display_case', 'walk_in_cooler', 'walk_in_freezer', 'blast_chiller');
