namespace FreshTrack.IntegrationTests.Migration;

/// <summary>What the shop of <see cref="ForeignSchema"/> has in its tables: the ends of every type's range, and what
/// looks like them.</summary>
internal static class ForeignRows
{
    public const string Sql = """"
        insert into auth.users select ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid,
            'Person.' || i || '@example.org' from generate_series(1, 30) i;
        insert into "Shop ""1"""."Order.Lines v2" ("Order No", line, "say ""hi"" there", "Placed By")
        select i / 4, i % 4, case i % 3 when 0 then null when 1 then '' else E'\t\\N "\n' || i end,
               case when i % 5 > 0 then ('00000000-0000-4000-8000-' || lpad((1 + i % 30)::text, 12, '0'))::uuid end
        from generate_series(0, 799) i;
        insert into no_key select nullif(i % 5, 0), nullif('x' || i % 3, 'x0') from generate_series(1, 600) i;
        insert into tree select i, nullif((i + 1) % 501, 0), 'node ' || i from generate_series(1, 500) i;
        begin;
        set local session_replication_role = replica;
        insert into team select i, i * 7 from generate_series(1, 40) i;
        insert into member select i, 1 + i % 40 from generate_series(1, 300) i;
        commit;
        insert into plain_kinds
        select i, case i % 3 when 0 then null when 1 then '{}' else array[i, null, -i] end,
               array[['a', null, ''], ['NULL', 'x,"y"', E'\\']], ('[-2:0]={1,2,' || i || '}')::int[],
               array[i % 2 = 0, null],
               array['infinity', '-infinity', '2026-01-01 00:00:00.000001+00']::timestamptz[],
               array['{"a": [1.0, null]}', 'null', null]::jsonb[], array['empty', int4range(i, null)],
               case i % 4 when 0 then 'empty' when 1 then int4range(null, i) when 2 then int4range(i, i + 3, '[]') end,
               numrange(0.10, i + 0.50, '()'),
               tstzrange('2026-01-01 00:00:00+02', null), int8multirange(int8range(i, i + 2), int8range(i + 9, null)),
               '{}',
               decode(repeat(md5(i::text), i % 5), 'hex'),
               jsonb_build_object('n', i::numeric / 8, 'e', '', 'nul', null, 'u', E'\u00e9🧊'),
               '{ "b":1,  "a": 2, "b": 3 }',
               '<a b="1">x &amp; y</a>', make_interval(years => i % 9, months => -i, days => i, hours => -i,
               secs => 0.000001 * i), ('10.0.' || i % 200 || '.1/24')::inet,
               '2001:db8::/32', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05', (i % 128)::bit(7),
               ((i % 128)::bit(7))::varbit(5),
               to_tsvector('simple', 'fat cats ' || i || ' sat') || 'b:2A c:3'::tsvector, 'fat & !(cat:* <2> rat:AB)',
               '23:59:59.999999-15:59', md5(i::text)::uuid,
               'z', 'pg' || i, point(i, -0.0), box(point(0, 0), point(i, 0.1)), circle(point(1, 2), i),
               lseg(point(1, 1), point(i, 2)), '[(0,0),(1,1)]', '((0,0),(1,1),(2,0))',
               '$.a[*] ? (@.b > 1.5)', ('16/B' || i)::pg_lsn, case i % 3 when 0 then '' when 1 then ' a' else 'b  ' end,
               'trailing  '
        from generate_series(1, 400) i;
        insert into plain_kinds (id) select i from generate_series(401, 420) i;
        insert into own_kinds
        select i, (enum_range(null::"Odd Mood"))[1 + i % 6], case i % 3 when 0 then null when 1 then '{}'
            else array['', null, '"', 'ÄÖ 🧊', '{"x"}']::"Odd Mood"[] end,
               nullif('w ' || i % 7, 'w 0'), array['a', null, '', 'b,c']::shorter[], 'n' || i,
               array[1, null, i]::positive[], array['x', null, '']::tags,
               case when i % 4 > 0 then row(i + 0.500, nullif('(","' || i % 5, '(","0'), 'it''s ok')::"Shop ""1""".spot
               end,
               array[row(1.0, '', '"'), null, row(null, null, null)]::"Shop ""1""".spot[],
               span(i, i + 0.1, '(]'), spans(span(i, i + 1), span(i + 5, 'infinity')), array[span(0, i), 'empty', null]
        from generate_series(1, 400) i;
        insert into extremes values
            (1, 'NaN', 'NaN', 'NaN', 'NaN', 'infinity', 'infinity', '-infinity', '178000000 years', 9223372036854775807,
                ''),
            (2, 'Infinity', 0.1::numeric ^ 400, 'Infinity', '-Infinity', '-infinity', '-infinity', 'infinity',
                '-178000000 years', -9223372036854775808, null),
            (3, '-Infinity', -1, '-0', '-0', '4713-01-01 BC', '4713-01-01 00:00:00 BC', '0001-12-31 23:59:59.999999 BC',
                '1 mon -1 day 00:00:00.000001', 0, ' '),
            (4, ('1' || repeat('0', 5000) || '.' || repeat('0', 9000) || '1')::numeric, repeat('9', 400)::numeric,
                5e-324, 1e-45, '5874897-12-31', '294276-12-31 23:59:59.999999', '294276-12-31 23:59:59.999999', '0', 1,
                E'\u0001\u007f'),
            (5, 1.000, 0, 1.7976931348623157e308, 3.4028235e38, '1582-10-10', '1969-12-31 23:59:59.999999',
                '2000-02-29', '-00:00:00.000001', -1, 'NULL'),
            (6, null, null, null, null, null, null, null, null, null, '\N');
        insert into extremes (id, n, f) select i, (i::numeric / 7) * 10::numeric ^ (i % 60 - 30),
            random() * 10 ^ (i % 300) from generate_series(7, 400) i;
        insert into counters (note) select nullif('', case i % 2 when 0 then '' end) from generate_series(1, 300) i;
        insert into only_generated select from generate_series(1, 250);
        insert into hidden select i, 'what ' || i, '2026-01-01'::timestamptz + i * interval '1 hour'
            from generate_series(1, 700) i;
        insert into heavy select i, jsonb_build_object('id', i, 'text', repeat(md5(i::text), 32768)),
            repeat(md5((-i)::text), 32768), decode(repeat(md5(i::text), 16384), 'hex') from generate_series(1, 18) i;
        insert into split select i, (array['eu', 'uk', 'us', 'jp'])[1 + i % 4], '2024-06-01'::date + i
            from generate_series(1, 500) i;
        insert into gathered select i, (array['eu', 'uk', 'us', 'jp'])[1 + i % 4], '2024-06-01'::date + i
            from generate_series(1, 500) i;
        insert into by_month select case when i % 10 > 0
            then '2025-11-20 00:00:00.000001+00'::timestamptz + i * interval '4 hours' end, i, 'n' || i
            from generate_series(1, 600) i;
        insert into everyone select i, 'r' || i % 9 from generate_series(1, 500) i;
        """";
}
