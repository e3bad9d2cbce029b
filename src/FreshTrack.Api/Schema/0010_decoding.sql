-- The field of a sensor's decoded payload whose probe counts, such as TempC_DS. Null: the first that the API knows, which
-- is the housing's before the probe's, as the former webhook did. In public, because it belongs to the sensor; no plan
-- fills it.
alter table public.lora_sensors add column temperature_field text;

-- Payloads of known devices that became no reading, and why. Text, so that nothing in them can be refused. The API deletes
-- a device's older than 30 days.
create table api.unread_uplinks (
  reporter_id uuid not null,
  organization_id uuid not null,
  recorded_at timestamptz not null,
  reason text not null,
  field text,
  f_cnt bigint not null,
  f_port integer,
  frm_payload_base64 text,
  decoded_payload text,
  primary key (reporter_id, recorded_at, f_cnt)
);
