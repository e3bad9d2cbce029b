-- Secondary indexes: one for each question that the API asks often, and for each key that a delete has to follow.

create index users_email_idx on public.users (lower(email));
create index sites_organization_id_idx on public.sites (organization_id);
create index areas_site_id_idx on public.areas (site_id);
create index units_area_id_idx on public.units (area_id);
create index profiles_organization_id_idx on public.profiles (organization_id);
create index user_roles_organization_id_idx on public.user_roles (organization_id);
create index escalation_contacts_organization_id_idx on public.escalation_contacts (organization_id, priority);

create index hubs_site_id_idx on public.hubs (site_id);
create index devices_unit_id_idx on public.devices (unit_id);
create index lora_sensors_organization_id_idx on public.lora_sensors (organization_id);
create index lora_sensors_unit_id_idx on public.lora_sensors (unit_id);
-- Device EUIs were written in upper and lower case, with and without separators: look one up by this very expression.
create index lora_sensors_eui_idx on public.lora_sensors (upper(translate(dev_eui, ':- ', '')));
create unique index ttn_connections_webhook_secret_lookup_idx on public.ttn_connections (webhook_secret_lookup)
  where webhook_secret_lookup is not null;

create index sensor_readings_unit_id_recorded_at_idx on public.sensor_readings (unit_id, recorded_at desc);
create index sensor_readings_lora_sensor_id_recorded_at_idx on public.sensor_readings (lora_sensor_id, recorded_at desc);
-- An uplink that TTN delivers twice is one reading. Moved rows have no frame counter and are not judged.
create unique index sensor_readings_uplink_idx on public.sensor_readings (lora_sensor_id, recorded_at, f_cnt) where f_cnt is not null;
create index door_events_unit_id_idx on public.door_events (unit_id, occurred_at desc);
create index manual_temperature_logs_unit_id_idx on public.manual_temperature_logs (unit_id, logged_at desc);

create index alerts_organization_id_idx on public.alerts (organization_id, triggered_at desc);
create index alerts_open_idx on public.alerts (unit_id, alert_type) where status <> 'resolved';
create index corrective_actions_unit_id_idx on public.corrective_actions (unit_id);
create index notification_deliveries_alert_id_idx on public.notification_deliveries (alert_id);
create index event_logs_organization_id_idx on public.event_logs (organization_id, recorded_at desc);
create index event_logs_unit_id_idx on public.event_logs (unit_id, recorded_at desc);
