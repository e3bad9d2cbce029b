namespace FreshTrack.IntegrationTests.Verification;

/// <summary>A small source and what a faultless mover makes of it,
/// in SQL alone: no code of the suite stands behind it.</summary>
internal static class MovedSchema
{
    public const string Source = """
        create schema if not exists auth;
        create type unit_kind as enum ('fridge', 'freezer');
        create table auth.users (id uuid primary key, email varchar(255));
        create table units (
          id uuid primary key, name text, note varchar(60), temp_limit_high numeric(5,2), voltage numeric,
          kind unit_kind, tags text[], meta jsonb, blob bytea, api_key text, created_by uuid, deleted_by uuid,
          seen_at timestamptz, ratio float8, serial_no bigint, make text);
        create table readings (id uuid primary key, unit_id uuid, temperature numeric(5,2), recorded_at timestamptz);
        create table event_logs (
          id uuid primary key, organization_id uuid, event_type text, event_data jsonb,
          previous_hash text, event_hash text, recorded_at timestamptz);
        create table notes (id uuid primary key, body text);

        insert into auth.users
          select md5('user' || n)::uuid, 'user' || n || '@example.org' from generate_series(1, 8) n;
        insert into units
          select md5('unit' || n)::uuid, 'Unit ' || n || E' "\t\\ é😀',
            case when n % 3 = 0 then '' when n % 3 = 1 then null else 'NULL' end,
            (n - 20) / 4.0, n * 1.10, case when n % 2 = 0 then 'fridge' else 'freezer' end::unit_kind,
            array['a' || n, null, 'NULL', ''],
            jsonb_build_object('n', n, 'list', jsonb_build_array(1.10, null, n)),
            decode(md5('blob' || n), 'hex'), 'api-key-of-unit-' || n,
            md5('user' || (n % 8 + 1))::uuid, case when n % 5 = 0 then md5('user' || (n % 7 + 1))::uuid end,
            timestamptz '2026-01-10 08:00:00.123456Z' + n * interval '1 minute',
            case when n % 4 = 0 then '-0'::float8 else n / 3.0 end, n * 4294967297, 'left behind'
          from generate_series(1, 40) n;
        insert into readings
          select md5('reading' || n)::uuid, md5('unit' || (n % 40 + 1))::uuid,
            case when n % 10 = 0 then null else (n % 300) / 10.0 - 10 end,
            timestamptz '2025-12-20 00:00:00.000001Z' + n * interval '777.123457 seconds'
          from generate_series(1, 2500) n;
        do $$
        declare last text; begin
          for o in 1..2 loop
            last := null;
            for n in 1..30 loop
              insert into event_logs
                select md5(o || 'event' || n)::uuid, md5('org' || o)::uuid, 'unit.changed',
                  jsonb_build_object('step', n, 'text', 'line ' || n), last,
                  case when n > 4 then encode(sha256(convert_to(
                    coalesce(last, '') || '|unit.changed|'
                      || jsonb_build_object('step', n, 'text', 'line ' || n)::text || '|'
                      || to_char((timestamptz '2026-01-01 00:00:00Z' + n * interval '1 hour') at time zone 'UTC',
                                 'YYYY-MM-DD"T"HH24:MI:SS.US'), 'UTF8')), 'hex') end,
                  timestamptz '2026-01-01 00:00:00Z' + n * interval '1 hour'
                returning event_hash into last;
            end loop;
          end loop;
        end $$;
        """;

    /// <summary>Runs where <see cref="Source"/> has run, and turns it into the target.</summary>
    public const string IntoTarget = """
        create schema staging;
        alter table units set schema staging;
        alter table readings set schema staging;
        alter table event_logs set schema staging;
        drop table notes;
        create schema migration;
        create table migration.user_map (
          source_id uuid primary key, target_id uuid not null unique, email text not null,
          created_at timestamptz not null default now(), retain_until timestamptz not null default now());
        insert into migration.user_map select id, md5('mapped' || id)::uuid, email from auth.users;
        create function pg_temp.mapped(uuid) returns uuid language sql
          as 'select target_id from migration.user_map where source_id = $1';
        create table users (id uuid primary key, email text not null);
        create table units (
          id uuid primary key, name text, note varchar(80), temp_max numeric(6,3), voltage numeric,
          kind text, tags text[], meta jsonb, blob bytea, api_key text,
          created_by uuid references users, deleted_by uuid references users,
          seen_at timestamptz, ratio float8, serial_no bigint check (serial_no >= 0));
        create table readings (
          id uuid, unit_id uuid references units, temperature numeric(5,2), recorded_at timestamptz,
          primary key (id, recorded_at)) partition by range (recorded_at);
        create table readings_2025_12 partition of readings for values from ('2025-12-01Z') to ('2026-01-01Z');
        create table readings_2026_01 partition of readings for values from ('2026-01-01Z') to ('2026-02-01Z');
        create table readings_default partition of readings default;
        create table event_logs (
          id uuid primary key, organization_id uuid, event_type text, payload jsonb,
          previous_hash text, event_hash text, recorded_at timestamptz);
        create table notes (id uuid primary key, body text, line bigint generated always as identity);
        insert into users select pg_temp.mapped(id), email from auth.users;
        insert into units
          select id, name, note, temp_limit_high, voltage, kind::text, tags, meta, blob, api_key,
            pg_temp.mapped(created_by), pg_temp.mapped(deleted_by), seen_at, ratio, serial_no
          from staging.units order by name desc;
        insert into readings select * from staging.readings;
        insert into event_logs select * from staging.event_logs;
        drop schema staging cascade; drop schema auth cascade;
        """;
}
