-- The chain's head is the row that no other follows. The newest row is not always it: several events of one transaction have one time, and what was
-- moved may have been written out of order.

-- Finds who follows a row. Does not begin with the organization: where statistics are missing or old, an index that does looks as good as any other
-- that does, and all of a chain is read by the wrong one.
create index event_logs_previous_hash_idx on public.event_logs (previous_hash);

-- What this program has appended, once behind each row: the key makes a fork impossible, whoever forgets the chain's lock. Rows that were moved are
-- as they were, and are not judged by it: an import never fails because of them, and the verifier names their forks.
create table api.chain_links (
  organization_id uuid not null references public.organizations (id) on delete cascade,
  previous_hash text,
  event_id uuid not null references public.event_logs (id) on delete cascade,
  unique nulls not distinct (organization_id, previous_hash)
);
create index chain_links_event_id_idx on api.chain_links (event_id);

-- The newest events of a chain in order, equal times included: without the id they would be sorted, and all of them read.
drop index public.event_logs_organization_id_idx;
create index event_logs_organization_id_idx on public.event_logs (organization_id, recorded_at desc, id desc);

-- Appends one event and returns its id. The event's hash is the lower-case hex SHA-256 of
--   previous_hash|event_type|payload::text|recorded_at
-- where the first event of an organization has '' (null in the column) for its previous hash and the time is written as
-- 2026-01-14T23:59:59.123456Z. The chain is read from the rows themselves; where what was moved has two heads, the newest of them goes on. Every new
-- event is made newer than the head, by a microsecond if the clock is not. Needs READ COMMITTED, in which a look after the lock sees what the lock's
-- last holder wrote. Looks at the newest events before it looks at all of a chain: appending costs the same however long the chain is.
create or replace function api.append_event(event public.event_logs) returns uuid
  language plpgsql strict
  -- Estimates know nothing of chains: a plan that reads all of one looks cheap to them where it is short or just grew. Which index is used no setting
  -- says: organizations are compared as text below, for which there is none.
  set enable_seqscan = off
  set enable_bitmapscan = off
  set enable_hashjoin = off
  set enable_mergejoin = off
  set enable_sort = off
as $$
declare
  head_hash text;
  head_time timestamptz;
begin
  perform api.lock_chain(event.organization_id);
  select e.event_hash, e.recorded_at into head_hash, head_time
  from (
    select l.id, l.organization_id, l.event_hash, l.recorded_at from public.event_logs l
    where l.organization_id = event.organization_id and l.event_hash is not null
    order by l.recorded_at desc, l.id desc limit 50
  ) e
  -- One look-up for each of them, and no join with all events.
  where (
    select n.id from public.event_logs n
    where n.previous_hash = e.event_hash and n.organization_id::text = e.organization_id::text and n.event_hash is not null limit 1) is null
  order by e.recorded_at desc, e.id desc limit 1;

  if head_hash is null then
    select e.event_hash, e.recorded_at into head_hash, head_time
    from public.event_logs e
    where e.organization_id = event.organization_id and e.event_hash is not null
      and not exists (
        select from public.event_logs n
        where n.previous_hash = e.event_hash and n.organization_id::text = e.organization_id::text and n.event_hash is not null)
    order by e.recorded_at desc, e.id desc limit 1;
  end if;

  event.id := coalesce(event.id, gen_random_uuid());
  event.recorded_at := greatest(event.recorded_at, head_time + interval '1 microsecond');
  event.previous_hash := head_hash;
  event.event_hash := encode(sha256(convert_to(
    coalesce(head_hash, '') || '|' || event.event_type || '|' || event.payload::text || '|'
      || to_char(event.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'UTF8')), 'hex');
  insert into public.event_logs select event.*;
  insert into api.chain_links (organization_id, previous_hash, event_id) values (event.organization_id, head_hash, event.id);
  return event.id;
end
$$;

-- The event says when an alert was told late.
