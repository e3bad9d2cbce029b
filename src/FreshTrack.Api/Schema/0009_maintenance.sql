-- Maintenance mode, for all instances of the API at once. Outside public: it is the API's own, and no plan moves it.
create schema if not exists api;

create table api.maintenance (
  only_row boolean primary key default true check (only_row),
  is_on boolean not null,
  changed_at timestamptz not null default now()
);

insert into api.maintenance (is_on) values (false);
