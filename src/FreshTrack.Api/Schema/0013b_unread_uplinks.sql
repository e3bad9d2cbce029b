-- Payloads of unknown and of unassigned devices are kept too, by what the uplink calls its device. The API keeps a limited
-- number of each known device's, and of all unknown devices of an organization together.
alter table api.unread_uplinks add column dev_eui text not null default '', add column device_id text not null default '';
alter table api.unread_uplinks drop constraint unread_uplinks_pkey;
alter table api.unread_uplinks alter column reporter_id drop not null;
alter table api.unread_uplinks add primary key (organization_id, dev_eui, device_id, recorded_at, f_cnt);
create index unread_uplinks_reporter_idx on api.unread_uplinks (reporter_id, recorded_at) where reporter_id is not null;
create index unread_uplinks_unknown_idx on api.unread_uplinks (organization_id, recorded_at) where reporter_id is null;
