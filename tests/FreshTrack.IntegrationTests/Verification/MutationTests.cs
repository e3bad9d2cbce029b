using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.IntegrationTests.Verification;

/// <summary>What is wrong with a target besides its contents,
/// which the corpus damages: each must be counted and named.</summary>
public sealed class MutationTests(Servers servers)
{
    /// <summary>A partition that is attached without being read,
    /// because a check that nobody has validated says that it fits.</summary>
    private const string OtherMonth = """
        alter table readings detach partition readings_2025_12;
        insert into readings_2025_12 values (md5('stray')::uuid, null, 1, '2026-01-05Z');
        alter table readings_2025_12 add constraint fits
          check (recorded_at >= '2025-12-01Z' and recorded_at < '2026-01-01Z' and recorded_at is not null) not valid;
        update pg_constraint set convalidated = true where conname = 'fits';
        alter table readings attach partition readings_2025_12 for values from ('2025-12-01Z') to ('2026-01-01Z')
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lost_row_is_counted_where_it_happened()
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        await moved.DamageAsync("delete from readings where id = md5('reading500')::uuid", Token);
        var counts = Of(await moved.VerifyAsync(Token), CheckNames.Counts, "public.readings");
        Assert.Equal((Verdict.Fail, 1), (counts.Verdict, counts.Violations));
        Assert.Contains(MovedIds.Of("unit21"), counts.Reason);
        Assert.Contains("2025-12-24", counts.Reason);
    }

    [Theory]
    [InlineData(
        "orphan",
        "delete from units where id = md5('unit7')::uuid",
        CheckNames.Orphans,
        "public.readings.readings_unit_id_fkey",
        63,
        "unit_id="
    )]
    [InlineData(
        "unmapped user",
        "delete from migration.user_map where source_id = md5('user3')::uuid",
        CheckNames.UserMap,
        "migration.user_map",
        10,
        "public.units.created_by"
    )]
    [InlineData(
        "changed hash",
        "update event_logs set event_hash = repeat('a', 64) where id = md5('1event9')::uuid",
        CheckNames.BrokenHashChain,
        "public.event_logs",
        2,
        "1event9"
    )]
    [InlineData(
        "changed event",
        "update event_logs set payload = '{}' where id = md5('2event30')::uuid",
        CheckNames.BrokenHashChain,
        "public.event_logs",
        1,
        "2event30"
    )]
    [InlineData(
        "lost event",
        "delete from event_logs where id = md5('1event9')::uuid",
        CheckNames.BrokenHashChain,
        "public.event_logs",
        1,
        "1event10"
    )]
    [InlineData(
        "future",
        "update event_logs set recorded_at = '2026-02-01Z' where id = md5('1event2')::uuid",
        CheckNames.FutureTimestamps,
        "public.event_logs",
        1,
        "1event2"
    )]
    [InlineData(
        "time zone slip",
        "update event_logs set recorded_at = recorded_at + interval '1 hour'",
        CheckNames.Timestamps,
        "public.event_logs",
        1,
        "2026-01-02 07:00:00+00"
    )]
    [InlineData(
        "nil uuid",
        "update readings set unit_id = '00000000-0000-0000-0000-000000000000' where id = md5('reading9')::uuid",
        CheckNames.InvalidUuids,
        "public.readings",
        1,
        "reading9"
    )]
    [InlineData(
        "default partition",
        "insert into readings values (md5('late')::uuid, null, 1, '2026-03-01Z')",
        CheckNames.Partitions,
        "public.readings",
        1,
        "2026-03-01"
    )]
    [InlineData(
        "repeated id",
        "insert into readings select id, unit_id, temperature, recorded_at + interval '1 second' "
            + "from readings where id = md5('reading9')::uuid",
        CheckNames.UniqueKeys,
        "public.readings",
        1,
        "reading9"
    )]
    [InlineData(
        "sequence behind",
        "insert into notes (id, body, line) overriding system value values (md5('note')::uuid, '', 5)",
        CheckNames.Sequences,
        "public.notes_line_seq",
        1,
        "as line=5"
    )]
    [InlineData(
        "repeated value of a unique expression",
        "create unique index one_name on users (lower(email)); "
            + "update pg_index set indisready = false where indexrelid = 'one_name'::regclass; "
            + "update users set email = upper(email) where email = 'user3@example.org'; "
            + "update users set email = 'User3@example.org' where email = 'user4@example.org'",
        CheckNames.UniqueKeys,
        "public.users",
        1,
        "lower(email)=user3@example.org"
    )]
    [InlineData(
        "repeated NULL where NULLs are equal",
        "create unique index one_body on notes (body) nulls not distinct; "
            + "update pg_index set indisready = false where indexrelid = 'one_body'::regclass; "
            + "insert into notes (id) values (md5('a')::uuid), (md5('b')::uuid)",
        CheckNames.UniqueKeys,
        "public.notes",
        1,
        "body=null"
    )]
    [InlineData(
        "sequence set but not called",
        "insert into notes (id, body, line) overriding system value values (md5('note')::uuid, '', 7); "
            + "select setval('notes_line_seq', 7, false)",
        CheckNames.Sequences,
        "public.notes_line_seq",
        1,
        "as line=7"
    )]
    [InlineData(
        "descending sequence of a default",
        "create sequence down increment -1; alter table notes add place bigint default nextval('down'); "
            + "insert into notes values (md5('note')::uuid, '', default, -9)",
        CheckNames.Sequences,
        "public.down",
        1,
        "as place=-9"
    )]
    [InlineData(
        "sequence at its end",
        "alter sequence notes_line_seq maxvalue 5; select setval('notes_line_seq', 5)",
        CheckNames.Sequences,
        "public.notes_line_seq",
        1,
        "has given its last value, 5"
    )]
    [InlineData(
        "NULL in a domain that takes none",
        "create domain label as text; alter table units alter name type label; update units set name = null "
            + "where id = md5('unit7')::uuid; update pg_type set typnotnull = true where typname = 'label'",
        CheckNames.NotNull,
        "public.units",
        1,
        "name is NULL"
    )]
    [InlineData(
        "check",
        "alter table units add constraint is_late check (serial_no > 4294967297) not valid",
        CheckNames.CheckConstraints,
        "public.units",
        1,
        "is_late is not true"
    )]
    [InlineData(
        "check of a domain over a domain",
        "create domain label as text; create domain tag as label; alter table units alter name type tag; "
            + "alter domain label add constraint is_short check (length(value) < 3) not valid",
        CheckNames.CheckConstraints,
        "public.units",
        40,
        "is_short of the domain of name"
    )]
    [InlineData(
        "check of one partition",
        "alter table readings_2025_12 add constraint is_later check (recorded_at > '2025-12-20 00:20Z') not valid",
        CheckNames.CheckConstraints,
        "public.readings_2025_12",
        1,
        "reading1"
    )]
    [InlineData(
        "row of another month",
        OtherMonth,
        CheckNames.Partitions,
        "public.readings",
        1,
        "recorded_at=2026-01-05"
    )]
    [InlineData(
        "milliseconds",
        "update units set seen_at = date_trunc('milliseconds', seen_at) "
            + "where id in (md5('unit7')::uuid, md5('unit8')::uuid)",
        CheckNames.Timestamps,
        "public.units",
        2,
        "precision lost: 2 of 40 values"
    )]
    [InlineData(
        "slip of half an hour",
        "update units set seen_at = seen_at - interval '3 hours 30 minutes'",
        CheckNames.Timestamps,
        "public.units",
        1,
        "shifted by -03:30"
    )]
    [InlineData(
        "text cut",
        "update units set name = left(name, 9)",
        CheckNames.LargeValues,
        "public.units",
        1,
        "cut at 9 characters"
    )]
    [InlineData(
        "bytea cut",
        "update units set blob = substring(blob for 10)",
        CheckNames.LargeValues,
        "public.units",
        1,
        "cut at 10 bytes"
    )]
    [InlineData(
        "jsonb emptied",
        "update units set meta = '{}' where id = md5('unit7')::uuid",
        CheckNames.LargeValues,
        "public.units",
        1,
        "meta: the source has 40 values"
    )]
    [InlineData(
        "text lost",
        "update units set name = null where id = md5('unit7')::uuid",
        CheckNames.LargeValues,
        "public.units",
        1,
        "the target 39 values"
    )]
    [InlineData(
        "secret re-encoded",
        "update units set api_key = encode(convert_to(api_key, 'UTF8'), 'base64') where id = md5('unit7')::uuid",
        CheckNames.EncryptedColumns,
        "public.units",
        1,
        "api_key in 1"
    )]
    public async Task Broken_integrity_is_counted_and_named(
        string mutation,
        string sql,
        string check,
        string subject,
        long violations,
        string named
    )
    {
        Assert.NotEmpty(mutation);
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        await moved.DamageAsync(sql, Token);
        var found = Of(await moved.VerifyAsync(Token), check, subject);
        Assert.Equal((Verdict.Fail, violations), (found.Verdict, found.Violations));
        Assert.Contains(
            named.Contains("event") || named.StartsWith("reading") ? MovedIds.Of(named) : named,
            found.Reason
        );
    }

    [Fact]
    public async Task A_lost_table_is_counted_exactly_and_listed_in_part()
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        await moved.DamageAsync(
            "delete from readings; insert into readings select md5('new' || n)::uuid, null, 1, "
                + "'2026-01-01Z' from generate_series(1, 700) n",
            Token
        );
        var found = Of(await moved.VerifyAsync(Token), CheckNames.Contents, "public.readings").Differences!;
        Assert.Equal(
            (2500, 700, 0, Differences.MaximumListed),
            (found.Missing, found.Extra, found.Changed, found.Listed.Count)
        );
    }

    [Fact]
    public async Task A_changed_secret_is_named_and_never_shown()
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        await moved.DamageAsync(
            "update units set api_key = api_key || '-leaked', name = 'x' where id = md5('unit7')::uuid; "
                + "delete from units where id = md5('unit8')::uuid",
            Token
        );
        var json = EvidenceJson.Serialize("verification", await moved.VerifyAsync(Token));
        Assert.Contains("\"column\": \"api_key\"", json);
        Assert.DoesNotContain("api-key-of-unit", json);
        Assert.DoesNotContain("-leaked", json);
    }

    private static CheckResult Of(VerificationResult result, string check, string subject) =>
        Assert.Single(result.Checks, found => found.Check == check && found.Subject == subject);
}
