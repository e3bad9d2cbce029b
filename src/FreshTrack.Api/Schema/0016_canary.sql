-- What is switched for all instances at once stays open for one organization, the canary: maintenance, and notifications that are held.

-- An id without a reference: it outlasts an import that clears the organizations and brings them back.
alter table api.maintenance add column canary_id uuid;

-- Whether notifications are held. No row: nobody has said so yet, by a command or by an instance's setting.
create table api.notification_hold (
  only_row boolean primary key default true check (only_row),
  is_on boolean not null,
  canary_id uuid,
  -- Of the last release: alerts from before were told in digests.
  cutover_at timestamptz,
  changed_at timestamptz not null
);

-- Whether this organization's deliveries and escalations wait for the release.
create function api.is_held(organization uuid) returns boolean
  language sql stable
as $$ select exists (select from api.notification_hold h where h.is_on and h.canary_id is distinct from organization) $$;
