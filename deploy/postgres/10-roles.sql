-- The roles of the stack, and what each may do. The server's entrypoint runs this file once, on an empty server. It can be repeated, and has to be when
-- a password has changed:
--   docker compose exec postgres psql -U freshtrack_owner -d freshtrack -v ON_ERROR_STOP=1 -f /docker-entrypoint-initdb.d/10-roles.sql
--
--   freshtrack_owner     makes the cluster, owns the schema, migrates; no service holds its password while it runs
--   freshtrack_api       the running API: reads and writes rows, makes nothing (no DDL, no temporary tables)
--   freshtrack_readonly  Grafana and whoever looks: reads the tables of public
--   freshtrack_backup    pg_dump: reads everything
--   freshtrack_exporter  metrics: reads statistics
\set api_password `cat /run/secrets/postgres_api_password`
\set readonly_password `cat /run/secrets/postgres_readonly_password`
\set backup_password `cat /run/secrets/postgres_backup_password`
\set exporter_password `cat /run/secrets/postgres_exporter_password`
begin;
-- No password reaches the server's log, whatever that is set to.
set local log_statement = 'none';
set local log_min_duration_statement = -1;
set local log_min_error_statement = 'panic';

select '' in (:'api_password', :'readonly_password', :'backup_password', :'exporter_password') as is_missing \gset
\if :is_missing
  do $$ begin
    raise exception 'The password of a role is missing' using hint = 'cat names the file above. Put the password into it.';
  end $$;
\endif

select format('create role %I login', name)
from unnest(array['freshtrack_api', 'freshtrack_readonly', 'freshtrack_backup', 'freshtrack_exporter']) as wanted (name)
where not exists (select from pg_roles where rolname = name) \gexec

alter role freshtrack_api nosuperuser nocreatedb nocreaterole password :'api_password';
alter role freshtrack_readonly nosuperuser nocreatedb nocreaterole connection limit 10 password :'readonly_password';
alter role freshtrack_backup nosuperuser nocreatedb nocreaterole connection limit 5 password :'backup_password';
alter role freshtrack_exporter nosuperuser nocreatedb nocreaterole connection limit 5 password :'exporter_password';
-- Not for the owner: whoever exports a snapshot waits in a transaction.
alter role freshtrack_api set idle_in_transaction_session_timeout = '1min';
alter role freshtrack_readonly set idle_in_transaction_session_timeout = '1min';
alter role freshtrack_readonly set default_transaction_read_only = on;
alter role freshtrack_readonly set statement_timeout = '15s';
alter role freshtrack_backup set default_transaction_read_only = on;
alter role freshtrack_exporter set statement_timeout = '10s';

revoke all on database :"DBNAME" from public;
grant connect on database :"DBNAME" to freshtrack_api, freshtrack_readonly, freshtrack_backup, freshtrack_exporter;
revoke create on schema public from public;
-- migrate makes it where it is missing; here so that the defaults below can name it.
create schema if not exists api;

grant usage on schema public, api to freshtrack_api;
grant usage on schema public to freshtrack_readonly;
grant pg_read_all_data to freshtrack_backup;
grant pg_monitor to freshtrack_exporter;

-- What is there, and what migrate makes later. Other schemas, such as the mover's, are the owner's alone.
grant select, insert, update, delete on all tables in schema public, api to freshtrack_api;
grant execute on all functions in schema public, api to freshtrack_api;
grant select on all tables in schema public to freshtrack_readonly;
alter default privileges in schema public, api grant select, insert, update, delete on tables to freshtrack_api;
alter default privileges in schema public, api grant execute on functions to freshtrack_api;
alter default privileges in schema public grant select on tables to freshtrack_readonly;
commit;
