-- Users who signed up in Stack Auth after the move: the first valid token that they bring makes their row.

-- Returns whose row holds the address: the user's own id when their row is there now, another's when they are refused. No row is ever changed: whose
-- account is whose is for people to say. Rows of closed accounts keep nobody out.
create function api.know_user(who uuid, address text, is_verified boolean, full_name text, moment timestamptz) returns uuid
  language plpgsql
as $$
declare
  holder uuid;
begin
  address := lower(btrim(address));
  -- Moved rows may hold an address twice, so there is no key on it: whoever asks about one address waits for the other.
  perform pg_advisory_xact_lock(hashtextextended('users ' || address, 0));
  select u.id into holder from public.users u
  where u.id <> who and u.deleted_at is null and lower(btrim(u.email)) = address order by u.id limit 1;
  if holder is not null and not exists (select from public.users u where u.id = who) then
    return holder;
  end if;

  insert into public.users (id, email, email_confirmed_at, metadata, created_at, updated_at)
  values (who, address, case when is_verified then moment end,
    case when full_name is not null then jsonb_build_object('full_name', full_name) end, moment, moment)
  on conflict (id) do nothing;
  return who;
end
$$;
