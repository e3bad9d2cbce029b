namespace FreshTrack.IntegrationTests.Verification.Corpus;

/// <summary>Two databases full of values that verifiers stumble over, made by SQL alone from a seed: equal seeds make
/// equal contents on both sides.</summary>
internal static class CorpusSchema
{
    public const string Plan = """
        version: 1
        tables:
          - { source: auth.users, target: users, users: [id] }
          - { source: places, target: places }
          - source: samples
            target: samples
            key: [id]
            users: [owner]
            secret: [secret]
            columns: { amount: quantity }
          - { source: scans, target: scans }
          - source: readings
            target: readings
            key: [id]
            count_by: [place_id, "(recorded_at at time zone 'UTC')::date"]
          - source: events
            target: events
            chain:
              by: organization_id
              previous: previous_hash
              hash: event_hash
              over: "coalesce(previous_hash, '') || '|' || kind || '|' || data::text"
        """;

    /// <summary>Both sides. A choice depends on the seed,
    /// the column and the row alone, not on when it is made.</summary>
    private const string Choices = """
        create schema corpus;
        create function corpus.number(seed text, about text, seq int) returns int immutable language sql
          return ('x' || substr(md5(seed || '/' || about || '/' || seq), 1, 7))::bit(28)::int;
        create function corpus.choice(seed text, about text, seq int, options text[]) returns text
          immutable language sql
          return options[1 + corpus.number(seed, about, seq) % cardinality(options)];
        create function corpus.id(seed text, about text, seq int) returns uuid immutable language sql
          return md5(seed || '#' || about || seq)::uuid;
        create view corpus.texts as select array[
          null, '', ' ', 'NULL', '\N', '<null>', 'a|b', '|', 'caf' || U&'\00e9', 'cafe' || U&'\0301',
          '😀', E'\t', '"', '{}', 'a,b'] as options;
        """;

    private const string Tables = """
        create table places (id uuid primary key, seq int, name text);
        create table scans (code text);
        create table events (
          id uuid primary key, seq int, organization_id uuid, kind text, data jsonb,
          previous_hash text, event_hash text);
        """;

    public const string Source =
        Choices
        + Tables
        + """
            create schema auth;
            create table auth.users (id uuid primary key, email text);
            create type label as enum ('fridge', 'freezer', 'cellar');
            create table samples (
              id uuid primary key, seq int, name text, note text, code varchar(20), label label,
              quantity numeric(7,2), voltage numeric, ratio float8, big bigint, flag boolean,
              seen_at timestamptz, day date, span interval, tags text[], meta jsonb, extra jsonb,
              body text, blob bytea, secret text, owner uuid, place_id uuid);
            create table readings (
              id uuid primary key, seq int, place_id uuid, temperature numeric(5,2), recorded_at timestamptz);
            """;

    /// <summary>As wide as the source or wider, rows in another order,
    /// user ids mapped, and no key in the way of a doubled row.</summary>
    public const string Target =
        Choices
        + Tables
        + """
            create schema migration;
            create table migration.user_map (source_id uuid primary key, target_id uuid not null unique, email text);
            create table users (id uuid primary key, email text);
            create table samples (
              id uuid, seq bigint, name text, note text, code text, label text,
              amount numeric(9,2), voltage numeric, ratio float8, big bigint, flag boolean,
              seen_at timestamptz, day date, span interval, tags text[], meta jsonb, extra jsonb,
              body text, blob bytea, secret text, owner uuid references users, place_id uuid references places);
            create table readings (
              id uuid not null, seq int, place_id uuid references places, temperature numeric(5,2),
              recorded_at timestamptz not null) partition by range (recorded_at);
            create table readings_2025_11 partition of readings for values from ('2025-11-01Z') to ('2025-12-01Z');
            create table readings_2025_12 partition of readings for values from ('2025-12-01Z') to ('2026-01-01Z');
            create table readings_2026_01 partition of readings for values from ('2026-01-01Z') to ('2026-02-01Z');
            create table readings_default partition of readings default;
            create schema pristine;
            """;

    /// <summary>Fills either side with the same; scans come twice, as a log without a key may hold them.</summary>
    public static string Fill(bool source)
    {
        var order = source ? "n" : "md5($1 || n)";
        var statements = $"""
            insert into {(source ? "auth.users" : "users")}
            select {User("n", source)}, 'user' || n || '@example.org' from generate_series(1, 20) n;
            {(source ? "" : FillUserMap)}
            insert into places select corpus.id($1, 'place', n), n, 'Place ' || n from generate_series(1, 30) n;
            insert into scans select 'scan ' || n from generate_series(1, 300) n, generate_series(1, 2);
            insert into samples
            select corpus.id($1, 'sample', n), n,
                   coalesce(corpus.choice($1, 'name', n, options), 'Unit') || ' ' || n,
                   corpus.choice($1, 'note', n, options),
                   corpus.choice($1, 'code', n, array['c', 'x|y', 'NULL', '']),
                   corpus.choice($1, 'label', n, array['fridge', 'freezer', 'cellar']){(source ? "::label" : "")},
                   corpus.number($1, 'quantity', n) % 100000 / 100.0 + 0.01,
                   (corpus.choice($1, 'voltage', n, array['1.10', '2.5', '0.000', '-3.30', '1e3']))::numeric + n,
                   corpus.choice($1, 'ratio', n, array['-0', '0.1', '1e300', 'NaN', '-2.5'])::float8,
                   corpus.number($1, 'big', n) * 4294967296 + n,
                   corpus.number($1, 'flag', n) % 2 = 0,
                   timestamptz '2026-01-10 08:00:00.123456Z' + n * interval '61.000001 seconds',
                   date '2026-01-01' + n,
                   corpus.choice($1, 'span', n, array['1 day', '24:00:00', '1 mon', '30 days'])::interval,
                   corpus.choice($1, 'tags', n, array[
                     null, array[]::text[]::text, array['a', 'b']::text, array[null, 'NULL', '']::text,
                     array[array['a'], array['b']]::text])::text[],
                   jsonb_build_object(
                     'n', n, 'list', jsonb_build_array(1.10, null, n), 'text', corpus.choice($1, 'meta', n, options)),
                   corpus.choice($1, 'extra', n, array[null, 'null', '0', '[]'])::jsonb,
                   repeat(md5($1 || n) || ' ', 20 + n % 50),
                   decode(md5($1 || 'blob' || n), 'hex'),
                   encode(sha256(convert_to($1 || n, 'UTF8')), 'base64'),
                   {User("(1 + n % 20)", source)},
                   corpus.id($1, 'place', 1 + n % 30)
            from generate_series(1, 400) n, corpus.texts
            order by {order};
            insert into readings
            select corpus.id($1, 'reading', n), n, corpus.id($1, 'place', 1 + n % 30), n / 100.0 - 5,
                   timestamptz '2025-11-05 00:00:00.000001Z' + n * interval '6000.000007 seconds'
            from generate_series(1, 1200) n
            order by {order};
            {FillEvents}
            """;
        return statements.Replace("$1", "'corpus'");
    }

    private const string FillUserMap = """
        insert into migration.user_map
        select corpus.id($1, 'user', n), corpus.id($1, 'mapped', n), 'user' || n || '@example.org'
        from generate_series(1, 20) n;
        """;

    /// <summary>Six chains whose first rows have no hash.</summary>
    private const string FillEvents = """
        with recursive chain(organization, step, kind, data, previous, hash) as (
          select o, 1, 'unit.changed', jsonb_build_object('step', 1, 'o', o), null::text, null::text
          from generate_series(1, 6) o
          union all
          select organization, step + 1, kind, jsonb_build_object('step', step + 1, 'o', organization), hash,
                 case when step >= 3 then encode(sha256(convert_to(
                   coalesce(hash, '') || '|' || kind || '|'
                     || jsonb_build_object('step', step + 1, 'o', organization)::text, 'UTF8')), 'hex') end
          from chain where step < 20)
        insert into events
        select corpus.id($1, 'event', organization * 100 + step), organization * 100 + step,
               corpus.id($1, 'organization', organization), kind, data, previous, hash
        from chain;
        """;

    private static string User(string number, bool source) =>
        $"corpus.id($1, '{(source ? "user" : "mapped")}', {number})";
}
