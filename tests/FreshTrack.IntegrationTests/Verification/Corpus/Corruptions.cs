using FreshTrack.Plan;
using FreshTrack.Verification;
using FreshTrack.Verification.Contents;
using FreshTrack.Verification.Databases;

namespace FreshTrack.IntegrationTests.Verification.Corpus;

/// <summary>All classes of corruption, in the order in which docs/VERIFICATION.md shows them.</summary>
internal static class Corruptions
{
    private const string Readings = "select seq from readings";
    private const string SampleIds = "select id::text from samples where seq = any($1)";
    private const string ReadingIds = "select id::text from readings where seq = any($1)";
    private const string Lost = "delete from readings where seq = any($1)";

    private static readonly string[] Counts = [CheckNames.Counts];
    private static readonly string KeyHash = RowHash.Of([new Sql("id")], RowHash.FirstSeed).Text;
    private static readonly string Segment = $"({KeyHash} & {(1 << DifferenceFinder.SegmentBits) - 1})";

    public static IReadOnlyList<Corruption> All { get; } =
    [
        Corruption.Cell("NULL becomes an empty text", "note", "''", "note is null"),
        Corruption.Cell("an empty text becomes NULL", "note", "null", "note = ''"),
        Corruption.Cell("an empty text becomes a space", "note", "' '", "note = ''"),
        Corruption.Cell("NULL becomes the word NULL", "note", "'NULL'", "note is null"),
        Corruption.Cell(@"NULL becomes \N", "note", @"'\N'", "note is null"),
        Corruption.Cell("NULL becomes <null>", "note", "'<null>'", "note is null"),
        new(
            "a separator moves from one cell to the next",
            "samples",
            "select seq from samples where note = 'a|b'",
            SampleIds,
            "update samples set note = 'a', code = 'b|' || code where seq = any($1)",
            DifferenceKind.Changed,
            ["note", "code"],
            []
        ),
        Corruption.Cell("case", "name", "upper(name)", "name <> upper(name)"),
        Corruption.Cell("a trailing space", "name", "name || ' '"),
        Corruption.Cell("a look-alike letter", "name", "replace(name, 'a', U&'\\0430')", "name like '%a%'"),
        Corruption.Cell(
            "composed becomes decomposed (NFC, NFD)",
            "name",
            "normalize(name, NFD)",
            "name is not nfd normalized"
        ),
        Corruption.Cell(@"a tab written as \t", "name", @"replace(name, E'\t', '\t')", @"name like E'%\t%'"),
        Corruption.Cell("an emoji lost to a question mark", "name", "replace(name, '😀', '?')", "name like '%😀%'"),
        Corruption.Cell("a microsecond more", "seen_at", "seen_at + interval '1 microsecond'"),
        Corruption.Cell("a microsecond less", "seen_at", "seen_at - interval '1 microsecond'"),
        Corruption.Cell(
            "microseconds cut to milliseconds",
            "seen_at",
            "date_trunc('milliseconds', seen_at)",
            "date_trunc('milliseconds', seen_at) <> seen_at",
            CheckNames.Timestamps
        ),
        Corruption.Cell("a time-zone shift", "seen_at", "seen_at at time zone 'UTC' at time zone 'Asia/Kolkata'"),
        Corruption.Cell("a day shift", "day", "day + 1"),
        Corruption.Cell(
            "a span written another way",
            "span",
            "justify_hours(span)",
            "justify_hours(span)::text <> span::text"
        ),
        Corruption.Cell("one more in the last digit", "amount", "amount + 0.01"),
        Corruption.Cell("one less in the last digit", "amount", "amount - 0.01"),
        Corruption.Cell(
            "the scale of a number",
            "voltage",
            "trim_scale(voltage)",
            "scale(voltage) > scale(trim_scale(voltage))"
        ),
        Corruption.Cell("the sign of a number", "voltage", "-voltage", "voltage <> 0"),
        Corruption.Cell("the sign of zero", "ratio", "0", "ratio::text = '-0'"),
        Corruption.Cell("NaN for a number", "ratio", "'NaN'", "ratio::text <> 'NaN'"),
        Corruption.Cell("NULL for NaN", "ratio", "null", "ratio = 'NaN'"),
        Corruption.Cell(
            "the last bit of a float",
            "ratio",
            "ratio * (1 + 2.3e-16::float8)",
            "ratio::text in ('0.1', '-2.5')"
        ),
        Corruption.Cell("a double cut to single precision", "ratio", "ratio::real", "ratio = 0.1"),
        Corruption.Cell("the upper half of a bigint", "big", "big & 4294967295", "big > 4294967295"),
        Corruption.Cell("a bigint that folds to the same 32 bits", "big", "big # ((5::bigint << 32) | 5)"),
        Corruption.Cell(
            "a bigint that went through a double",
            "big",
            "big::float8::bigint",
            "big::float8::bigint <> big"
        ),
        Corruption.Cell("a boolean turned over", "flag", "not flag"),
        new(
            "two cells of a row swapped",
            "samples",
            "select seq from samples where name <> body",
            SampleIds,
            "update samples set name = body, body = name where seq = any($1)",
            DifferenceKind.Changed,
            ["name", "body"],
            []
        ),
        Corruption.Pair("a cell swapped between two rows", "seen_at", "other.seen_at"),
        Corruption.Pair(
            "two changes that compensate",
            "amount",
            "s.amount + case when p.at % 2 = 1 then 1 else -1 end"
        ),
        Row("a row lost", DifferenceKind.Missing, Readings, ReadingIds, Lost, Counts),
        Row(
            "a row doubled",
            DifferenceKind.Extra,
            Readings,
            ReadingIds,
            "insert into readings select * from pristine.readings where seq = any($1)",
            CheckNames.Counts,
            CheckNames.UniqueKeys
        ),
        new(
            "a row there three times",
            "readings",
            Readings,
            "select id::text from readings, generate_series(1, 2) where seq = any($1)",
            "insert into readings select r.* from pristine.readings r, generate_series(1, 2) where seq = any($1)",
            DifferenceKind.Extra,
            [],
            [CheckNames.Counts, CheckNames.UniqueKeys]
        ),
        new(
            "a row lost and another doubled",
            "readings",
            Readings,
            """
            select case when n % 2 = 1 then 'Missing:' else 'Extra:' end || id
            from readings
            join unnest($1) with ordinality as p(seq, n) using (seq)
            """,
            """
            with doubled as (
              insert into readings
              select r.* from pristine.readings r join unnest($1) with ordinality as p(seq, n) using (seq)
              where n % 2 = 0)
            delete from readings
            where seq in (select seq from unnest($1) with ordinality as p(seq, n) where n % 2 = 1)
            """,
            DifferenceKind.Missing,
            [],
            [CheckNames.UniqueKeys]
        )
        {
            InPairs = true,
        },
        new(
            "a pair of equal rows in place of another",
            "scans",
            "select n from generate_series(1, 300) n",
            """
            select kind || p
            from unnest($1) p, unnest(array['Missing:scan ', 'Extra:other scan ']) kind, generate_series(1, 2)
            """,
            "update scans set code = 'other ' || code where code in (select 'scan ' || p from unnest($1) p)",
            DifferenceKind.Missing,
            [],
            []
        ),
        new(
            "a key rewritten",
            "readings",
            Readings,
            """
            select kind || v.id
            from readings,
            lateral (values ('Missing:', readings.id), ('Extra:', md5(readings.id::text)::uuid)) v(kind, id)
            where seq = any($1)
            """,
            "update readings set id = md5(id::text)::uuid where seq = any($1)",
            DifferenceKind.Missing,
            [],
            []
        ),
        Row(
            "the first row of a segment lost",
            DifferenceKind.Missing,
            $"select distinct on ({Segment}) seq from readings order by {Segment}, {KeyHash}",
            ReadingIds,
            Lost,
            Counts
        ),
        Row(
            "the last row of a segment lost",
            DifferenceKind.Missing,
            $"select distinct on ({Segment}) seq from readings order by {Segment}, {KeyHash} desc",
            ReadingIds,
            Lost,
            Counts
        ),
        Row(
            "all of a segment lost",
            DifferenceKind.Missing,
            $"select distinct on ({Segment}) seq from readings",
            $"select id::text from readings where {Segment} in (select {Segment} from readings where seq = any($1))",
            $"delete from readings where {Segment} in (select {Segment} from readings where seq = any($1))",
            Counts
        ),
        Row(
            "the first row of a day lost",
            DifferenceKind.Missing,
            "select distinct on (recorded_at::date) seq from readings order by recorded_at::date, recorded_at",
            ReadingIds,
            Lost,
            Counts
        ),
        Row(
            "the last row of a day lost",
            DifferenceKind.Missing,
            "select distinct on (recorded_at::date) seq from readings order by recorded_at::date, recorded_at desc",
            ReadingIds,
            Lost,
            Counts
        ),
        Row(
            "all of a day lost",
            DifferenceKind.Missing,
            "select distinct on (recorded_at::date) seq from readings",
            """
            select id::text from readings
            where recorded_at::date in (select recorded_at::date from readings where seq = any($1))
            """,
            """
            delete from readings
            where recorded_at::date in (select recorded_at::date from readings where seq = any($1))
            """,
            Counts
        ),
        Row(
            "a partition lost",
            DifferenceKind.Missing,
            "select distinct on (tableoid) seq from readings",
            "select id::text from readings where tableoid in (select tableoid from readings where seq = any($1))",
            "delete from readings where tableoid in (select tableoid from readings where seq = any($1))",
            CheckNames.Counts
        ) with
        {
            OneAtATime = true,
        },
        Row(
            "a row beyond the last key",
            DifferenceKind.Extra,
            Readings,
            "select 'ffffffff-ffff-4fff-bfff-' || lpad(p::text, 12, '0') from unnest($1) p",
            """
            insert into readings
            select ('ffffffff-ffff-4fff-bfff-' || lpad(seq::text, 12, '0'))::uuid, 1000000 + seq,
                   place_id, temperature, recorded_at
            from pristine.readings where seq = any($1)
            """,
            Counts
        ),
        Corruption.Cell("a value in jsonb", "meta", "jsonb_set(meta, '{n}', '-1')"),
        Corruption.Cell("the scale of a number in jsonb", "meta", "jsonb_set(meta, '{list,0}', '1.1')"),
        Corruption.Cell("a key whose value is null lost from jsonb", "meta", "meta - 'text'", "meta->'text' = 'null'"),
        Corruption.Cell("SQL NULL for the null of jsonb", "extra", "null", "extra = 'null'"),
        Corruption.Cell("the null of jsonb for SQL NULL", "extra", "'null'", "extra is null"),
        Corruption.Cell("a text for a number in jsonb", "meta", "jsonb_set(meta, '{n}', to_jsonb(meta->>'n'))"),
        Corruption.Cell("the nesting of jsonb", "meta", "jsonb_set(meta, '{list}', jsonb_build_array(meta->'list'))"),
        Corruption.Cell("jsonb cut short", "meta", "meta #- '{list,2}'"),
        Corruption.Cell(
            "the order of an array",
            "tags",
            "array(select t from unnest(tags) with ordinality u(t, n) order by n desc)",
            "tags = '{a,b}'"
        ),
        Corruption.Cell(
            "NULL and 'NULL' swapped in an array",
            "tags",
            "'{\"NULL\",NULL,\"\"}'",
            "cardinality(tags) = 3"
        ),
        Corruption.Cell("an empty array for NULL", "tags", "'{}'", "tags is null"),
        Corruption.Cell("the nesting of an array", "tags", "'{a,b}'", "array_ndims(tags) = 2"),
        Corruption.Cell("a text cut short", "body", "left(body, length(body) / 2)", "true", CheckNames.LargeValues),
        Corruption.Cell("a bit of bytea", "blob", "set_bit(blob, seq::int % 128, 1 - get_bit(blob, seq::int % 128))"),
        Corruption.Cell("another enum label", "label", "case label when 'fridge' then 'freezer' else 'fridge' end"),
        Corruption.Cell(
            "a reference re-pointed",
            "place_id",
            "(select p.id from places p where p.seq = 1 + (samples.seq + 1) % 30)"
        ),
        new(
            "a parent lost",
            "places",
            "select seq from places",
            "select id::text from places where seq = any($1)",
            "delete from places where seq = any($1)",
            DifferenceKind.Missing,
            [],
            [CheckNames.Counts, CheckNames.Orphans]
        ),
        Corruption.Cell(
            "a user id left unmapped",
            "owner",
            "(select source_id from migration.user_map where target_id = owner)",
            "true",
            CheckNames.UserMap,
            CheckNames.Orphans
        ),
        Corruption.Cell("a user id lost", "owner", "null"),
        new(
            "a user's address given to another",
            "users",
            "select n from generate_series(1, 20) n",
            "select source_id::text from migration.user_map join unnest($1) p on email = 'user' || p || '@example.org'",
            """
            update users set email = other.email
            from unnest($1) with ordinality as p(n, at)
            join unnest($1) with ordinality as q(n, at) on q.at = p.at + case when p.at % 2 = 1 then 1 else -1 end,
            lateral (select 'user' || p.n || '@example.org' as own, 'user' || q.n || '@example.org' as email) as other
            where users.email = other.own
            """,
            DifferenceKind.Changed,
            ["email"],
            []
        )
        {
            InPairs = true,
            OneAtATime = true,
        },
        new(
            "two users swapped",
            "samples",
            "select n from generate_series(1, 10) n",
            """
            select id::text from samples
            where owner in (
              select target_id from migration.user_map, unnest($1) p
              where email in ('user' || p || '@example.org', 'user' || p + 10 || '@example.org'))
            """,
            """
            update samples set owner = u.other
            from unnest($1) p, lateral (
              select a.target_id as one, b.target_id as other
              from migration.user_map a, migration.user_map b
              where (a.email, b.email) in (
                ('user' || p || '@example.org', 'user' || p + 10 || '@example.org'),
                ('user' || p + 10 || '@example.org', 'user' || p || '@example.org'))) u
            where owner = u.one
            """,
            DifferenceKind.Changed,
            ["owner"],
            []
        )
        {
            OneAtATime = true,
        },
        new(
            "a hash link broken",
            "events",
            "select seq from events where previous_hash is not null",
            "select id::text from events where seq = any($1)",
            "update events set previous_hash = md5(previous_hash) || md5(event_hash) where seq = any($1)",
            DifferenceKind.Changed,
            ["previous_hash"],
            [CheckNames.BrokenHashChain]
        ),
        new(
            "an event forged, its hash recomputed",
            "events",
            "select seq from events where event_hash in (select previous_hash from events)",
            "select id::text from events where seq = any($1)",
            """
            update events set data = data || '{"forged": true}',
              event_hash = encode(sha256(convert_to(
                coalesce(previous_hash, '') || '|' || kind || '|' || (data || '{"forged": true}')::text,
                'UTF8')), 'hex')
            where seq = any($1)
            """,
            DifferenceKind.Changed,
            ["data", "event_hash"],
            [CheckNames.BrokenHashChain]
        ),
        Corruption.Cell(
            "an encrypted value encoded again",
            "secret",
            "encode(decode(secret, 'base64'), 'hex')",
            "true",
            CheckNames.EncryptedColumns
        ),
    ];

    private static Corruption Row(
        string name,
        DifferenceKind kind,
        string positions,
        string touched,
        string damage,
        params string[] alsoFails
    ) => new(name, "readings", positions, touched, damage, kind, [], alsoFails);
}
