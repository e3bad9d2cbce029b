using FreshTrack.Plan;

namespace FreshTrack.Build.Benchmarking;

/// <summary>A table of readings as wide as the product's: 11 columns, some 200 bytes a row in a binary COPY, a key, two
/// indexes and a foreign key.</summary>
internal static class ReadingsShape
{
    private const string Tables = """
        create table units (id uuid primary key, name text);
        create table readings (
            id uuid not null, unit_id uuid not null, device_id uuid,
            temperature numeric(5,2), humidity numeric(5,2), battery integer, signal integer,
            recorded_at timestamptz not null, received_at timestamptz not null, source text, payload jsonb);
        """;

    /// <summary>What a mover makes after the rows.</summary>
    public const string Keys = """
        alter table readings add constraint readings_pkey primary key (id);
        create index readings_unit_recorded on readings (unit_id, recorded_at desc);
        create index readings_device on readings (device_id);
        alter table readings add constraint readings_unit_fk foreign key (unit_id) references units (id);
        """;

    public const string NoKeys = """
        alter table readings drop constraint if exists readings_unit_fk;
        alter table readings drop constraint if exists readings_pkey;
        drop index if exists readings_unit_recorded, readings_device;
        """;

    public static BenchmarkData Of(string database, long rows) =>
        new(database, new Sql(Tables), Fill(rows), new Sql(Keys), ["units", "readings"]);

    private static Sql Fill(long rows) =>
        Sql.Format(
            $"""
            insert into units select md5(i::text)::uuid, 'unit ' || i from generate_series(1, 50) i;
            insert into readings
            select gen_random_uuid(), md5((1 + i % 50)::text)::uuid, md5('d' || i % 50)::uuid,
                   t, h, b, (-60 - random() * 60)::int,
                   '2026-01-01'::timestamptz + i * interval '2.6 seconds' + random() * interval '1 second',
                   '2026-01-01'::timestamptz + i * interval '2.6 seconds' + random() * interval '2 seconds', 'ttn',
                   jsonb_build_object('temperature', t, 'humidity', h, 'battery', b)
            from (
                select i,
                       (random() * 30 - 20)::numeric(5,2) as t,
                       (random() * 60 + 30)::numeric(5,2) as h,
                       (random() * 100)::int as b
                from generate_series(1, {rows}) i
            ) as reading;
            """
        );
}
