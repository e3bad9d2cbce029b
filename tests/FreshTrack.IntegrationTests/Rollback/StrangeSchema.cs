namespace FreshTrack.IntegrationTests.Rollback;

/// <summary>A schema that has nothing to do with FreshTrack, and whatever makes a way back hard.</summary>
internal static class StrangeSchema
{
    public const string Source = """
        create schema auth;
        create table auth.users (id uuid primary key, email text, raw_app_meta_data jsonb);
        insert into auth.users select ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid,
            'user' || i || '@example.org' from generate_series(1, 5) i;

        create type mood as enum ('sad', 'it''s ok', 'happy');
        create domain short as varchar(8) check (value <> 'forbidden');
        create function touch() returns trigger language plpgsql as
            $$ begin new.updated_at := '2030-01-01'; return new; end $$;
        create table "Odd Kinds" (
            "Key A" int not null, "key b" text not null,
            mood mood, moods mood[], raw bytea, ratio numeric, price numeric(8, 2) not null, seen timestamptz,
            span interval, doc jsonb, paper json, tags text[], code short, fixed char(4), f float8,
            old_name text, owner uuid, updated_at timestamptz not null default now(),
            doubled int generated always as ("Key A" * 2) stored, serial_no bigint generated always as identity,
            kept text not null default 'new',
            primary key ("Key A", "key b"));
        create trigger touch before update on "Odd Kinds" for each row execute function touch();
        insert into "Odd Kinds" ("Key A", "key b", mood, moods, raw, ratio, price, seen, span, doc, paper, tags, code,
            fixed, f, old_name, owner, kept)
        select i, 'b' || i, (array['sad', 'it''s ok', 'happy']::mood[])[1 + i % 3], array['sad', null]::mood[],
            decode(md5(i::text), 'hex'), i::numeric / 7, i * 1.5,
            case i % 3 when 0 then '-infinity' when 1 then null else now() end, '1 day 02:03:04.5',
            jsonb_build_object('n', i), '{"b":1, "a":2}', array['x', null, 'a,b"{}\'], 'c' || i % 9, 'f' || i % 9,
            i / 3.0, 'renamed ' || i,
            ('00000000-0000-4000-8000-' || lpad((1 + i % 5)::text, 12, '0'))::uuid, 'kept ' || i
        from generate_series(1, 30) i;

        create table tree (id int generated always as identity primary key, parent int references tree,
            title text not null unique, place int not null, unique (place));
        insert into tree (parent, title, place) select nullif(i / 2, 0), 'title ' || i, i from generate_series(1, 20) i;

        create table team (id int primary key, lead int not null);
        create table member (id int primary key, team int not null references team on delete cascade);
        insert into team select i, i from generate_series(1, 4) i;
        insert into member select i, i from generate_series(1, 4) i;
        alter table team add foreign key (lead) references member;

        create table readings (id uuid primary key default gen_random_uuid(), tree_id int not null references tree
            on delete cascade, value numeric(5, 2), at timestamptz not null);
        insert into readings (tree_id, value, at) select 1 + i % 20, i % 50 + 0.25,
            '2026-01-15'::timestamptz + i * interval '1 minute' from generate_series(1, 3000) i;
        create table by_day (id int not null, day date not null, note text, primary key (id, day))
            partition by range (day);
        create table by_day_1 partition of by_day for values from (minvalue) to ('2026-01-01');
        create table by_day_2 partition of by_day for values from ('2026-01-01') to (maxvalue);
        insert into by_day select i, '2025-12-31'::date + i % 2, 'n' || i from generate_series(1, 20) i;

        create table filtered (id serial primary key, state text not null, name text, unique (name));
        insert into filtered (state, name)
        select case when i % 2 = 0 then 'live' else 'gone' end, 'name ' || i from generate_series(1, 10) i;
        create table left_behind (id int primary key, tree_id int references tree);
        insert into left_behind values (1, 20);
        """;

    public const string Target = """
        create table people (id uuid primary key, email text not null);
        create type mood as enum ('happy', 'it''s ok', 'sad');
        create table kinds (
            "Key A" int not null, "key b" text not null,
            mood mood, moods mood[], raw bytea, ratio numeric, cents bigint not null, seen timestamptz,
            span interval, doc jsonb, paper json, tags text[], code varchar(8), fixed char(4), f float8,
            new_name text, owner uuid references people, updated_at timestamptz not null default now(),
            serial_no bigint not null, only_here text default 'here',
            primary key ("Key A", "key b"));
        create table tree (id int generated always as identity primary key, parent int references tree,
            title text not null unique, place int not null unique);
        create table team (id int primary key, lead int not null);
        create table member (id int primary key, team int not null references team);
        alter table team add foreign key (lead) references member;
        create table readings (id uuid not null, tree_id int not null references tree on delete cascade,
            value numeric(5, 2), at timestamptz not null, primary key (id, at)) partition by range (at);
        create table readings_1 partition of readings for values from (minvalue) to ('2026-01-16');
        create table readings_2 partition of readings for values from ('2026-01-16') to (maxvalue);
        create table by_day (id int not null, day date not null, note text, primary key (id, day));
        create table filtered (id serial primary key, state text not null, name text);
        """;

    public const string Plan = """
        version: 1
        tables:
          - source: auth.users
            target: public.people
            users: [id]
            leave: [raw_app_meta_data]
          - source: public.Odd Kinds
            target: public.kinds
            columns: { new_name: old_name, cents: (price * 100)::bigint }
            reverse: { price: cents / 100.0 }
            users: [owner]
            leave: [doubled, kept]
          - source: public.tree
          - source: public.team
          - source: public.member
          - source: public.readings
            key: [id]
          - source: public.by_day
            key: [id]
          - source: public.filtered
            where: state = 'live'
        leave: [public.left_behind]
        """;

    /// <summary>What people do on the new side: in every table something is inserted, updated and deleted.</summary>
    public const string Writes = """
        insert into kinds ("Key A", "key b", mood, moods, raw, ratio, cents, seen, span, doc, paper, tags, code, fixed,
            f, new_name, owner, updated_at, serial_no)
        select 1000 + i, E'b "\\ ''\t' || i, 'happy', array['it''s ok', null, 'sad']::mood[], '\x00ff5c', 1.500, 12345,
            case i when 1 then 'infinity' when 2 then '-infinity' else '2026-02-01 10:00:00.123456+02'
            end::timestamptz, '-1 mon 3.25 s',
            '{"a": [1.50, null]}', '{"b":1,  "a":2}', array['', 'NULL', null, E'a,b"{}\\'], 'äö🧊', 'f', 'NaN', null,
            (select id from people order by 1 limit 1), '2026-02-02', 900 + i
        from generate_series(1, 3) i;
        update kinds set mood = 'sad', moods = '{}', raw = null, ratio = 0.10, cents = 1, seen = '-infinity', f = '-0',
            new_name = 'other', owner = null, updated_at = '2026-02-03', serial_no = serial_no + 500
        where "Key A" between 1 and 5;
        delete from kinds where "Key A" in (10, 11);

        insert into tree (id, parent, title, place) overriding system value
        values (101, 102, 'a', 101), (102, 101, 'b', 102);
        select setval('tree_id_seq', 150);
        update tree set title = 'swapped' where id = 3;
        update tree set title = 'title 3' where id = 4;
        update tree set title = 'title 4' where id = 3;
        update tree set place = place + 1000; update tree set place = place - 1000 + 1 where place < 1100;
        update tree set place = 1 where place = 21;
        delete from readings where tree_id = 7;
        update tree set parent = null where parent = 19;
        delete from tree where id = 19;
        update team set lead = 3 where id = 2;
        delete from member where id = 2;
        insert into team values (9, 1); insert into member values (9, 9); update team set lead = 9 where id = 9;
        insert into readings select gen_random_uuid(), 101, i % 7, '2026-02-01'::timestamptz + i * interval '1 minute'
        from generate_series(1, 1500) i;
        update readings set value = coalesce(value, 0) + 1, at = at + interval '2 days' where tree_id = 5;
        insert into by_day values (50, '2026-03-01', 'fifty'), (51, '2020-01-01', null);
        update by_day set day = '2027-01-01' where id = 4;
        update by_day set note = 'changed' where id = 6;
        delete from by_day where id = 8;
        insert into filtered (state, name) values ('live', 'new on target');
        update filtered set name = 'changed' where id = 4;
        delete from filtered where id = 6
        """;
}
