namespace FreshTrack.IntegrationTests.Migration;

/// <summary>A small schema that has nothing to do with FreshTrack and everything that is easily changed by moving
/// it.</summary>
internal static class AwkwardSchema
{
    public const string Source = """
        create schema auth;
        create table auth.users (id uuid primary key, email text, encrypted_password text,
            email_confirmed_at timestamptz, raw_user_meta_data jsonb);
        insert into auth.users
        select ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, 'user' || i || '@example.org',
            'hash-' || i, now(), jsonb_build_object('full_name', 'User ' || i)
        from generate_series(1, 20) i;

        create type mood as enum ('sad', 'it''s ok', 'happy');
        create domain short as varchar(5);
        create table "Mixed ""Case"" Things" (
            "Id" int primary key,
            "Some Name" text,
            note text,
            doc jsonb,
            tags text[],
            moods mood[],
            feeling mood,
            price numeric(12, 4),
            ratio numeric,
            seen timestamptz,
            local timestamp,
            at time,
            span int4range,
            raw bytea,
            code short,
            fixed char(4),
            old_name text,
            parent int references "Mixed ""Case"" Things" ("Id"),
            owner uuid references auth.users (id),
            doubled int generated always as ("Id" * 2) stored);
        insert into "Mixed ""Case"" Things"
        select i,
               case i % 4 when 0 then null when 1 then '' when 2 then E'tab\t back\\slash "quote" ''single'' 🧊\n'
               else '  padded  ' end,
               case when i % 3 = 0 then null else repeat('x', i % 50) end,
               jsonb_build_object('n', i, 's', E'\\ "', 'a', jsonb_build_array(1.50, null, '')),
               case i % 3 when 0 then null when 1 then '{}'::text[] else array['a', null, 'b,"c"', ''] end,
               array['sad', 'it''s ok']::mood[],
               (array['sad', 'it''s ok', 'happy']::mood[])[1 + i % 3],
               i + 0.1250, (i::numeric / 7)::numeric(30, 12),
               '2026-01-15 10:00:00.123456+00'::timestamptz + i * interval '1 microsecond',
               '2026-01-15 10:00:00.654321'::timestamp, '23:59:59.999999', int4range(i, i + 5),
               decode(md5(i::text), 'hex'), 'c' || i % 100, 'f' || i % 10,
               'renamed ' || i, case when i > 1 then i - 1 end,
               case when i % 2 = 0 then ('00000000-0000-4000-8000-' || lpad((1 + i % 20)::text, 12, '0'))::uuid end
        from generate_series(1, 3000) i;

        create table measurements (id bigint generated always as identity, taken_at timestamptz not null,
            value numeric(6, 3)) partition by range (taken_at);
        create table measurements_old partition of measurements for values from (minvalue) to ('2026-01-01');
        create table measurements_new partition of measurements for values from ('2026-01-01') to (maxvalue);
        insert into measurements (taken_at, value) select '2025-12-15'::timestamptz + i * interval '10 minutes',
            i * 0.001 from generate_series(1, 6000) i;
        create table left_behind (id int);
        """;

    public const string Target = """
        create table people (id uuid primary key, email text not null, metadata jsonb);
        create type mood as enum ('happy', 'it''s ok', 'sad', 'new');
        create table things (
            "Id" int primary key,
            "Some Name" text,
            note text,
            doc jsonb,
            tags text[],
            moods mood[],
            feeling mood,
            price numeric(12, 4),
            ratio numeric,
            seen timestamptz,
            local timestamp,
            at time,
            span int4range,
            raw bytea,
            code varchar(5),
            fixed char(4),
            "New Name" text,
            parent int references things ("Id"),
            owner uuid references people (id),
            doubled int generated always as ("Id" * 2) stored,
            only_here text default 'default',
            constraint positive check ("Id" > 0));
        create index on things (owner) where owner is not null;
        create unique index things_name on things (lower("New Name") desc);
        create function touch() returns trigger language plpgsql as $$ begin new.note := 'touched'; return new; end $$;
        create trigger touch before insert on things for each row execute function touch();
        create table measurements (id bigint generated always as identity, taken_at timestamptz not null,
            value numeric(6, 3), primary key (id, taken_at)) partition by range (taken_at);
        create table measurements_default partition of measurements default;
        create index on measurements (taken_at desc);
        """;

    public const string Plan = """
        version: 1
        tables:
          - source: auth.users
            target: public.people
            columns: { metadata: raw_user_meta_data }
            users: [id]
            leave: [encrypted_password, email_confirmed_at]
          - source: public.Mixed "Case" Things
            target: public.things
            columns: { New Name: old_name }
            users: [owner]
          - source: public.measurements
        leave: [public.left_behind]
        """;
}
