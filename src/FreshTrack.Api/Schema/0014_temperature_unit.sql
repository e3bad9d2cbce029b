-- The unit of every temperature in public: readings, limits, alerts, manual logs, calibrations. Numbers move byte for byte,
-- so this says what they mean. °F, as the system that is left stored them, unless `migrate C` says otherwise.
create table api.stored_temperature (
  id boolean primary key default true check (id),
  unit text not null check (unit in ('C', 'F')),
  is_settled boolean not null
);
-- Rows that stand here already are of a version that knew no unit: which one they have may still be said, once.
insert into api.stored_temperature (unit, is_settled)
select 'F', not exists (select from public.units) and not exists (select from public.sensor_readings);
alter table public.units alter column temp_max set default 41;

create function api.temperature_unit() returns text
  language sql stable
as $$ select unit from api.stored_temperature $$;

-- Returns the unit in force. A database that holds temperatures keeps its unit: nothing converts what is stored.
create function api.set_temperature_unit(wanted text) returns text
  language plpgsql strict
as $$
begin
  if wanted <> api.temperature_unit() then
    lock table public.units, public.sensor_readings in share mode;
    if (select is_settled from api.stored_temperature)
      and (exists (select from public.units) or exists (select from public.sensor_readings))
    then
      raise exception 'the database holds temperatures in °%, and % was asked for', api.temperature_unit(), wanted
        using hint = 'Name the unit that it was made with, or begin with an empty database.';
    end if;
    update api.stored_temperature set unit = wanted;
    execute format('alter table public.units alter column temp_max set default %s', case wanted when 'F' then 41 else 5 end);
  end if;
  update api.stored_temperature set is_settled = true where not is_settled;
  return wanted;
end
$$;

-- The unit of the temperatures in a sensor's payload that does not state it. Null: its catalog entry's, else °C.
alter table public.lora_sensors add column temperature_unit text check (temperature_unit in ('C', 'F'));
