-- Who is told of an alert, so that somebody is: whoever of its step of escalation can be reached, else the next step at once, else the
-- organization's people, else the event log says that nobody could be.

drop function api.plan_deliveries(public.alerts, text, text[], timestamptz);

-- Plans the deliveries to one audience: a step of escalation, or with null for a step the organization's owners, admins, managers and staff, by their
-- preferences, and of one site or unit only those of that one. On vacation the alternate stands in, if they have a role in this organization, an account
-- in good standing, no vacation themselves and an address for one of these channels; else whoever is away is told. Only over these channels, to
-- whoever has an address for it, and once for each reason. Returns how many deliveries there are for this reason, new or not.
create function api.plan_step(alert public.alerts, at_step bigint, reason text, configured text[], moment timestamptz) returns bigint
  language sql
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
  ), planned as (
    insert into api.outbox (alert_id, reason, channel, user_id, contact_id, due_at)
    select alert.id, reason, channel.name::public.notification_channel, t.user_id, t.contact_id, api.told_at(p, alert.severity, o.timezone, moment)
    from told t
    join public.organizations o on o.id = alert.organization_id
    left join public.profiles p on p.user_id = t.user_id
    left join public.users u on u.id = t.user_id
    cross join lateral (
      select 'email' as name where coalesce(nullif(btrim(t.email), ''), nullif(btrim(p.email), '')) is not null
      union all
      select 'sms' where coalesce(nullif(btrim(t.phone), ''), nullif(btrim(p.phone), '')) is not null
    ) channel
    where channel.name = any(t.channels) and channel.name = any(configured)
      and u.deleted_at is null and (u.banned_until is null or u.banned_until <= moment)
    on conflict do nothing
    returning *
  ), recorded as (
    insert into public.notification_deliveries (id, alert_id, user_id, channel, created_at)
    select p.id, p.alert_id, p.user_id, p.channel, moment from planned p where p.user_id is not null
  )
  select (select count(*) from planned)
    + (select count(*) from api.outbox o where o.alert_id = alert.id and o.reason = plan_step.reason)
$$;

-- Tells somebody of an alert, from its step of escalation on: of steps that reach nobody the next one's turn comes at once, and after the last one the
-- members'. Sets the alert's step and when the next one's turn comes. False when nobody could be reached, which is an event then.
create function api.tell(alert public.alerts, reason text, configured text[], moment timestamptz) returns boolean
  language plpgsql
as $$
declare
  at_step bigint := alert.escalation_level;
  last_step bigint := (select max(s.step) from api.escalation_steps s where s.organization_id = alert.organization_id);
  is_told boolean := false;
begin
  while not is_told and at_step <= last_step loop
    is_told := api.plan_step(alert, at_step, reason, configured, moment) > 0;
    at_step := at_step + 1;
  end loop;
  if is_told then
    -- An alert that only worsened keeps the time at which the next step's turn comes.
    update public.alerts a set escalation_level = at_step - 1,
      next_escalation_at = case when a.status in ('active', 'escalated') then api.next_escalation(a.organization_id, (at_step - 1)::integer, moment) end
    where a.id = alert.id and (reason <> 'worsened' or a.escalation_level <> at_step - 1);
    return true;
  end if;

  -- Nobody of the contacts, or there is none: whoever belongs to the organization.
  update public.alerts a set next_escalation_at = null where a.id = alert.id and a.next_escalation_at is not null;
  if api.plan_step(alert, null, reason, configured, moment) > 0 then
    return true;
  end if;

  -- Where no channel is configured at all, that nobody is told is no failure.
  if cardinality(configured) > 0 then
    perform api.log_alert(alert, 'notification.failed', null, moment, jsonb_build_object(
      'reason', reason,
      'error', 'Nobody could be reached: no contact and no member has an address for a channel that is configured.'));
  end if;
  return false;
end
$$;
