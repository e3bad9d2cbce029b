-- On the way back nobody writes here any more, sensors included: what is stored after the last comparison would go nowhere.
alter table api.maintenance add column refuses_sensors boolean not null default false;
