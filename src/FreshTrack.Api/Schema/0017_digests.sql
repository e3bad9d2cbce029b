-- Digests: one message to somebody about all the alerts that were older than the move when notifications were released.

-- A digest is a row without an alert; which alerts it is about stands in digest_alerts.
alter table api.outbox
  alter column alert_id drop not null,
  add column organization_id uuid references public.organizations (id) on delete cascade;
update api.outbox o set organization_id = a.organization_id from public.alerts a where a.id = o.alert_id;
alter table api.outbox
  alter column organization_id set not null,
  add constraint outbox_digest_check check ((alert_id is null) = (reason = 'digest'));
create index outbox_organization_id_idx on api.outbox (organization_id);

-- The digest that takes in alerts. Once it was claimed it takes no more, and further alerts begin another one.
create unique index outbox_open_digest_idx on api.outbox (organization_id, channel, coalesce(user_id, contact_id))
  where alert_id is null and state = 'pending' and attempts = 0;

-- An alert is in one digest to the same person over the same channel, whatever became of it.
create table api.digest_alerts (
  alert_id uuid not null references public.alerts (id) on delete cascade,
  channel public.notification_channel not null,
  recipient_id uuid not null,
  digest_id uuid not null references api.outbox (id) on delete cascade,
  -- Of the row in notification_deliveries, which people with an account have.
  delivery_id uuid not null default gen_random_uuid(),
  -- Over already when the digest was planned, and told because its readings came late.
  is_over boolean not null,
  primary key (alert_id, channel, recipient_id)
);
create index digest_alerts_digest_id_idx on api.digest_alerts (digest_id);

-- Who is told of an alert at one audience, over which channel, and from when on: a step of escalation, or with null for a step the organization's
-- owners, admins, managers and staff, by their preferences, and of one site or unit only those of that one. On vacation the alternate stands in, if they
-- have a role in this organization, an account in good standing, no vacation themselves and an address for one of these channels; else whoever is away is
-- told. Only over these channels, and to whoever has an address for it.
create function api.audience(alert public.alerts, at_step bigint, configured text[], moment timestamptz)
  returns table (user_id uuid, contact_id uuid, channel public.notification_channel, due_at timestamptz)
  language sql stable
as $$
  with named as (
    select s.id as contact_id, s.user_id, s.channels, s.email, s.phone
    from api.escalation_steps s
    where s.organization_id = alert.organization_id and s.step = at_step
    union all
    select null, m.user_id, array_remove(array[
        case when p.notification_preferences -> 'email' is distinct from 'false' then 'email' end,
        case when p.notification_preferences -> 'sms' = 'true' then 'sms' end], null), null, null
    from public.user_roles m join public.profiles p on p.user_id = m.user_id
    where at_step is null and m.organization_id = alert.organization_id and m.role in ('owner', 'admin', 'manager', 'staff')
      and (p.site_id is null or p.site_id = alert.site_id) and (p.unit_id is null or p.unit_id = alert.unit_id)
  ), told as (
    select case when away.user_id is null then n.contact_id end as contact_id, coalesce(away.user_id, n.user_id) as user_id, n.channels,
      case when away.user_id is null then n.email end as email, case when away.user_id is null then n.phone end as phone
    from named n
    left join lateral (
      select u.id as user_id
      from public.profiles p
      join public.users u on u.id = p.vacation_alternate_user_id
        and u.deleted_at is null and (u.banned_until is null or u.banned_until <= moment)
      join public.user_roles r on r.user_id = u.id and r.organization_id = alert.organization_id
      join public.profiles their on their.user_id = u.id
      where p.user_id = n.user_id and p.vacation_mode and u.id <> p.user_id and their.vacation_mode is not true
        and exists (
          select from (values ('email', their.email), ('sms', their.phone)) way (name, address)
          where btrim(address) <> '' and name = any(n.channels) and name = any(configured))
      limit 1
    ) away on true
  )
  select t.user_id, t.contact_id, way.name::public.notification_channel, api.told_at(p, alert.severity, o.timezone, moment)
  from told t
  join public.organizations o on o.id = alert.organization_id
  left join public.profiles p on p.user_id = t.user_id
  left join public.users u on u.id = t.user_id
  cross join lateral (
    select 'email' as name where coalesce(nullif(btrim(t.email), ''), nullif(btrim(p.email), '')) is not null
    union all
    select 'sms' where coalesce(nullif(btrim(t.phone), ''), nullif(btrim(p.phone), '')) is not null
  ) way
  where way.name = any(t.channels) and way.name = any(configured)
    and u.deleted_at is null and (u.banned_until is null or u.banned_until <= moment)
$$;

-- Plans a message about one alert, once for each reason. Returns how many deliveries there are for this reason, new or not.
create function api.plan_message(alert public.alerts, at_step bigint, reason text, configured text[], moment timestamptz) returns bigint
  language sql
as $$
  with planned as (
    insert into api.outbox (organization_id, alert_id, reason, channel, user_id, contact_id, due_at)
    select alert.organization_id, alert.id, reason, t.channel, t.user_id, t.contact_id, t.due_at
    from api.audience(alert, at_step, configured, moment) t
    on conflict do nothing
    returning *
  ), recorded as (
    insert into public.notification_deliveries (id, alert_id, user_id, channel, created_at)
    select p.id, p.alert_id, p.user_id, p.channel, moment from planned p where p.user_id is not null
  )
  select (select count(*) from planned)
    + (select count(*) from api.outbox o where o.alert_id = alert.id and o.reason = plan_message.reason)
$$;

-- Puts an alert into the digest of everybody who is to be told of it; whoever calls it holds the organization's chain. Returns how many digests it is in,
-- new or not.
create function api.plan_digest(alert public.alerts, at_step bigint, configured text[], moment timestamptz) returns bigint
  language plpgsql
  -- The plans are made when there is no digest yet, and kept for as many alerts as there are.
  set enable_seqscan = off
as $$
declare
  told record;
  digest uuid;
  delivery uuid;
begin
  for told in
    select distinct on (t.channel, t.recipient_id) t.*
    from (select t.*, coalesce(t.user_id, t.contact_id) as recipient_id from api.audience(alert, at_step, configured, moment) t) t
    where not exists (
      select from api.digest_alerts d where d.alert_id = alert.id and d.channel = t.channel and d.recipient_id = t.recipient_id)
    order by t.channel, t.recipient_id, t.due_at, t.contact_id
  loop
    -- Locked: a digest that is claimed meanwhile takes nothing more.
    select o.id into digest from api.outbox o
    where o.organization_id = alert.organization_id and o.channel = told.channel and coalesce(o.user_id, o.contact_id) = told.recipient_id
      and o.alert_id is null and o.state = 'pending' and o.attempts = 0
    for update;
    if digest is null then
      insert into api.outbox (organization_id, reason, channel, user_id, contact_id, due_at)
      values (alert.organization_id, 'digest', told.channel, told.user_id, told.contact_id, told.due_at)
      returning id into digest;
    else
      -- It goes out as soon as they may be told of anything in it.
      update api.outbox o set due_at = told.due_at where o.id = digest and o.due_at > told.due_at;
    end if;

    insert into api.digest_alerts (alert_id, channel, recipient_id, digest_id, is_over)
    values (alert.id, told.channel, told.recipient_id, digest, alert.status not in ('active', 'escalated'))
    returning delivery_id into delivery;
    if told.user_id is not null then
      insert into public.notification_deliveries (id, alert_id, user_id, channel, created_at)
      values (delivery, alert.id, told.user_id, told.channel, moment);
    end if;
  end loop;
  return (select count(*) from api.digest_alerts d where d.alert_id = alert.id);
end
$$;

create or replace function api.plan_step(alert public.alerts, at_step bigint, reason text, configured text[], moment timestamptz) returns bigint
  language sql
as $$
  select case reason
    when 'digest' then api.plan_digest(alert, at_step, configured, moment)
    else api.plan_message(alert, at_step, reason, configured, moment) end
$$;

-- Lets notifications go out that were held, in one transaction: what the move left behind as one digest to each of those who would have been told, the rest
-- as it is. Changes nothing, and returns nulls, when they are not held.
--   settled: alerts from before the cutover that nobody was told of; they escalate no further
--   unreached: those of them for which nobody could be told, each an event
--   digests, waiting: messages that go out now, about many alerts and about one
create function api.release_notifications(cutover timestamptz, configured text[], moment timestamptz,
    out settled bigint, out unreached bigint, out digests bigint, out waiting bigint)
  language plpgsql
as $$
declare
  hold api.notification_hold;
  old uuid[];
begin
  select * into hold from api.notification_hold for update;
  if hold.is_on is not true then
    return;
  end if;

  perform api.lock_chain(o.id) from (select id from public.organizations where id is distinct from hold.canary_id order by id) o;
  old := array(
    select a.id from public.alerts a
    where a.organization_id is distinct from hold.canary_id and a.triggered_at < cutover
      and case
        when a.status in ('active', 'escalated') then
          exists (select from api.watched_units u where u.id = a.unit_id)
          or exists (select from api.outbox o where o.alert_id = a.id and o.state = 'pending')
        else exists (select from api.outbox o where o.alert_id = a.id and o.state = 'pending' and o.reason = 'raised late') end
      -- Of which somebody was told before notifications were held, alone or in a digest.
      and not exists (select from api.outbox o where o.alert_id = a.id and o.state in ('sending', 'sent'))
      and not exists (select from api.digest_alerts d where d.alert_id = a.id));

  with replaced as (
    delete from api.outbox o where o.alert_id = any(old) and o.state = 'pending' returning o.id
  )
  delete from public.notification_deliveries d using replaced r where d.id = r.id;
  select count(*), count(*) filter (where not told.is_told) into settled, unreached
  from (
    select api.tell(a.alert, 'digest', configured, moment) as is_told
    from (select a as alert from public.alerts a where a.id = any(old) order by a.organization_id, a.triggered_at, a.id) a
  ) told;
  update public.alerts a set next_escalation_at = null where a.id = any(old) and a.next_escalation_at is not null;

  -- Whoever is told now has their time from now on, and their quiet hours.
  update public.alerts a set next_escalation_at = api.next_escalation(a.organization_id, a.escalation_level, moment)
  where a.next_escalation_at is not null and a.status in ('active', 'escalated') and a.organization_id is distinct from hold.canary_id;
  update api.outbox o set due_at = greatest(o.due_at, held.due_at)
  from (
    select o.id, api.told_at(p, a.severity, g.timezone, moment) as due_at
    from api.outbox o
    join public.alerts a on a.id = o.alert_id
    join public.organizations g on g.id = o.organization_id
    left join public.profiles p on p.user_id = o.user_id
    where o.state = 'pending' and o.organization_id is distinct from hold.canary_id
  ) held
  where o.id = held.id;

  select count(*) filter (where o.alert_id is null), count(*) filter (where o.alert_id is not null) into digests, waiting
  from api.outbox o where o.state = 'pending' and o.organization_id is distinct from hold.canary_id;
  update api.notification_hold set is_on = false, canary_id = null, cutover_at = cutover, changed_at = moment;
end
$$;
