-- The running API makes the partitions of the readings, and its role makes no tables: this makes one month's partition with the rights of its owner,
-- who is the one that migrated. Whoever may call it can do no more than that. Returns how many were missing, 0 or 1.
create function api.add_missing_month(month date) returns integer
  language plpgsql strict security definer
  -- No other schema: nobody can put a function of his own before one that is meant here.
  set search_path = pg_catalog, pg_temp
as $$
begin
  if month < date '2000-01-01' or month >= date '2100-01-01' then
    raise exception 'No partition is made for %.', month using hint = 'Use a month between 2000-01 and 2099-12.';
  end if;
  return public.ensure_reading_partitions(month, 1);
end
$$;
revoke execute on function api.add_missing_month(date) from public;
