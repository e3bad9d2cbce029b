using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.IntegrationTests.Verification;

/// <summary>Ways in which a move damages data; each must be seen, and named by table, key and column.</summary>
public sealed class MutationTests(Servers servers)
{
    /// <summary>A partition that is attached without being read, because a check that nobody has validated says that it fits.</summary>
    private const string OtherMonth =
        """
        alter table readings detach partition readings_2025_12; insert into readings_2025_12 values (md5('stray')::uuid, null, 1, '2026-01-05Z');
        alter table readings_2025_12 add constraint fits check (recorded_at >= '2025-12-01Z' and recorded_at < '2026-01-01Z' and recorded_at is not null) not valid;
        update pg_constraint set convalidated = true where conname = 'fits';
        alter table readings attach partition readings_2025_12 for values from ('2025-12-01Z') to ('2026-01-01Z')
        """;

    private const string Unit7 = "md5('unit7')::uuid";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string, string, string[]> CellChanges => new()
    {
        { "NULL for an empty text", "update units set note = null where id = md5('unit9')::uuid", "units", "unit9", ["note"] },
        { "an empty text for NULL", $"update units set note = '' where id = {Unit7}", "units", "unit7", ["note"] },
        { "the word NULL for NULL", $"update units set note = 'NULL' where id = {Unit7}", "units", "unit7", ["note"] },
        { "a trailing space", $"update units set name = name || ' ' where id = {Unit7}", "units", "unit7", ["name"] },
        { "a look-alike letter", $"update units set name = replace(name, 'é', U&'e\\0301') where id = {Unit7}", "units", "unit7", ["name"] },
        { "case", $"update units set name = lower(name) where id = {Unit7}", "units", "unit7", ["name"] },
        { "a microsecond more", $"update units set seen_at = seen_at + interval '1 microsecond' where id = {Unit7}", "units", "unit7", ["seen_at"] },
        { "milliseconds", $"update units set seen_at = date_trunc('milliseconds', seen_at) where id = {Unit7}", "units", "unit7", ["seen_at"] },
        { "a time that folds to the same 32 bits", $"update units set seen_at = seen_at + interval '4294.967297 seconds' * 3 where id = {Unit7}", "units", "unit7", ["seen_at"] },
        { "the last digit", $"update units set temp_max = temp_max + 0.001 where id = {Unit7}", "units", "unit7", ["temp_max"] },
        { "the sign of a number", $"update units set temp_max = -temp_max where id = {Unit7}", "units", "unit7", ["temp_max"] },
        { "the scale of an open numeric", $"update units set voltage = trim_scale(voltage) where id = {Unit7}", "units", "unit7", ["voltage"] },
        { "the sign of zero", "update units set ratio = 0 where id = md5('unit8')::uuid", "units", "unit8", ["ratio"] },
        { "the upper half of a bigint", $"update units set serial_no = 0 where id = {Unit7}", "units", "unit7", ["serial_no"] },
        { "a value in jsonb", $$"""update units set meta = jsonb_set(meta, '{list,0}', '1.1') where id = {{Unit7}}""", "units", "unit7", ["meta"] },
        { "the nesting in jsonb", $$"""update units set meta = jsonb_set(meta, '{list}', '[[1.10], null, 7]') where id = {{Unit7}}""", "units", "unit7", ["meta"] },
        { "the order of an array", $"update units set tags = array['', null, 'NULL', 'a7'] where id = {Unit7}", "units", "unit7", ["tags"] },
        { "the nesting of an array", $"update units set tags = array[tags] where id = {Unit7}", "units", "unit7", ["tags"] },
        { "a bit of bytea", $"update units set blob = set_bit(blob, 17, 1 - get_bit(blob, 17)) where id = {Unit7}", "units", "unit7", ["blob"] },
        { "another enum label", $"update units set kind = 'fridge' where id = {Unit7}", "units", "unit7", ["kind"] },
        { "two cells of a row swapped", $"update units set name = note, note = left(name, 60) where id = md5('unit8')::uuid", "units", "unit8", ["name", "note"] },
        { "a reference re-pointed", "update readings set unit_id = md5('unit1')::uuid where id = md5('reading77')::uuid", "readings", "reading77", ["unit_id"] },
        { "an email", "update users set email = 'x' where id = (select target_id from migration.user_map where source_id = md5('user3')::uuid)", "users", "user3", ["email"] },
        { "a user id left unmapped", $"update units set created_by = (select source_id from migration.user_map where target_id = created_by) where id = {Unit7}", "units", "unit7", ["created_by"] },
        { "a user id lost", $"update units set created_by = null where id = {Unit7}", "units", "unit7", ["created_by"] },
    };

    [Theory]
    [MemberData(nameof(CellChanges))]
    public async Task A_changed_cell_is_named(string mutation, string sql, string table, string key, string[] columns)
    {
        Assert.NotEmpty(mutation);
        var found = Assert.Single((await ContentsAfterAsync(sql, table)).Listed);
        Assert.Equal((DifferenceKind.Changed, $"public.{table}"), (found.Kind, found.Table));
        Assert.Equal([new KeyValue("id", Uuid(key))], found.Key);
        Assert.Equal(columns, found.Cells.Select(cell => cell.Column));
        Assert.DoesNotContain(found.Cells, cell => cell.Source == cell.Target);
    }

    [Theory]
    [InlineData("swapped between two rows", "update readings r set temperature = o.temperature from readings o where (r.id, o.id) in ((md5('reading11')::uuid, md5('reading12')::uuid), (md5('reading12')::uuid, md5('reading11')::uuid))", new[] { "reading11", "reading12" })]
    [InlineData("changes that compensate", "update readings set temperature = temperature + case when id = md5('reading11')::uuid then 1 else -1 end where id in (md5('reading11')::uuid, md5('reading12')::uuid)", new[] { "reading11", "reading12" })]
    public async Task Changes_that_cancel_in_a_sum_are_named(string mutation, string sql, string[] keys)
    {
        Assert.NotEmpty(mutation);
        var found = await ContentsAfterAsync(sql, "readings");
        Assert.Equal((0, 0, 2), (found.Missing, found.Extra, found.Changed));
        Assert.Equal(keys.Select(Uuid).Order(StringComparer.Ordinal), found.Listed.Select(row => row.Key[0].Value!).Order(StringComparer.Ordinal));
        Assert.All(found.Listed, row => Assert.Equal("temperature", Assert.Single(row.Cells).Column));
    }

    [Theory]
    [InlineData("lost row", "delete from readings where id = md5('reading500')::uuid", DifferenceKind.Missing, "reading500")]
    [InlineData("duplicated row", "alter table readings drop constraint readings_pkey; insert into readings select * from readings where id = md5('reading500')::uuid", DifferenceKind.Extra, "reading500")]
    [InlineData("extra row", "insert into readings select md5('stranger')::uuid, unit_id, 1, recorded_at from readings limit 1", DifferenceKind.Extra, "stranger")]
    public async Task A_row_too_few_or_too_many_is_named(string mutation, string sql, DifferenceKind kind, string key)
    {
        Assert.NotEmpty(mutation);
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        await moved.DamageAsync(sql, Token);
        var result = await moved.VerifyAsync(Token);
        var found = Assert.Single(Of(result, CheckNames.Contents, "public.readings").Differences!.Listed);
        Assert.Equal((kind, Uuid(key)), (found.Kind, found.Key[0].Value));
        Assert.Equal(1, Of(result, CheckNames.Counts, "public.readings").Violations);
        Assert.Contains(" against ", Of(result, CheckNames.Counts, "public.readings").Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("orphan", "delete from units where id = md5('unit7')::uuid", CheckNames.Orphans, "public.readings.readings_unit_id_fkey", 63, "unit_id=")]
    [InlineData("unmapped user", "delete from migration.user_map where source_id = md5('user3')::uuid", CheckNames.UserMap, "migration.user_map", 10, "public.units.created_by")]
    [InlineData("changed hash", "update event_logs set event_hash = repeat('a', 64) where id = md5('1event9')::uuid", CheckNames.BrokenHashChain, "public.event_logs", 2, "1event9")]
    [InlineData("changed event", "update event_logs set payload = '{}' where id = md5('2event30')::uuid", CheckNames.BrokenHashChain, "public.event_logs", 1, "2event30")]
    [InlineData("lost event", "delete from event_logs where id = md5('1event9')::uuid", CheckNames.BrokenHashChain, "public.event_logs", 1, "1event10")]
    [InlineData("future", "update event_logs set recorded_at = '2026-02-01Z' where id = md5('1event2')::uuid", CheckNames.FutureTimestamps, "public.event_logs", 1, "1event2")]
    [InlineData("time zone slip", "update event_logs set recorded_at = recorded_at + interval '1 hour'", CheckNames.Timestamps, "public.event_logs", 1, "2026-01-02 07:00:00+00")]
    [InlineData("nil uuid", "update readings set unit_id = '00000000-0000-0000-0000-000000000000' where id = md5('reading9')::uuid", CheckNames.InvalidUuids, "public.readings", 1, "reading9")]
    [InlineData("default partition", "insert into readings values (md5('late')::uuid, null, 1, '2026-03-01Z')", CheckNames.Partitions, "public.readings", 1, "2026-03-01")]
    [InlineData("repeated id", "insert into readings select id, unit_id, temperature, recorded_at + interval '1 second' from readings where id = md5('reading9')::uuid", CheckNames.UniqueKeys, "public.readings", 1, "reading9")]
    [InlineData("sequence behind", "insert into notes (id, body, line) overriding system value values (md5('note')::uuid, '', 5)", CheckNames.Sequences, "public.notes_line_seq", 1, "as line=5")]
    [InlineData("repeated value of a unique expression", "create unique index one_name on users (lower(email)); update pg_index set indisready = false where indexrelid = 'one_name'::regclass; update users set email = upper(email) where email = 'user3@example.org'; update users set email = 'User3@example.org' where email = 'user4@example.org'", CheckNames.UniqueKeys, "public.users", 1, "lower(email)=user3@example.org")]
    [InlineData("repeated NULL where NULLs are equal", "create unique index one_body on notes (body) nulls not distinct; update pg_index set indisready = false where indexrelid = 'one_body'::regclass; insert into notes (id) values (md5('a')::uuid), (md5('b')::uuid)", CheckNames.UniqueKeys, "public.notes", 1, "body=null")]
    [InlineData("sequence set but not called", "insert into notes (id, body, line) overriding system value values (md5('note')::uuid, '', 7); select setval('notes_line_seq', 7, false)", CheckNames.Sequences, "public.notes_line_seq", 1, "as line=7")]
    [InlineData("descending sequence of a default", "create sequence down increment -1; alter table notes add place bigint default nextval('down'); insert into notes values (md5('note')::uuid, '', default, -9)", CheckNames.Sequences, "public.down", 1, "as place=-9")]
    [InlineData("sequence at its end", "alter sequence notes_line_seq maxvalue 5; select setval('notes_line_seq', 5)", CheckNames.Sequences, "public.notes_line_seq", 1, "has given its last value, 5")]
    [InlineData("NULL in a domain that takes none", "create domain label as text; alter table units alter name type label; update units set name = null where id = md5('unit7')::uuid; update pg_type set typnotnull = true where typname = 'label'", CheckNames.NotNull, "public.units", 1, "name is NULL")]
    [InlineData("check", "alter table units add constraint is_late check (serial_no > 4294967297) not valid", CheckNames.CheckConstraints, "public.units", 1, "is_late is not true")]
    [InlineData("check of a domain over a domain", "create domain label as text; create domain tag as label; alter table units alter name type tag; alter domain label add constraint is_short check (length(value) < 3) not valid", CheckNames.CheckConstraints, "public.units", 40, "is_short of the domain of name")]
    [InlineData("check of one partition", "alter table readings_2025_12 add constraint is_later check (recorded_at > '2025-12-20 00:20Z') not valid", CheckNames.CheckConstraints, "public.readings_2025_12", 1, "reading1")]
    [InlineData("row of another month", OtherMonth, CheckNames.Partitions, "public.readings", 1, "recorded_at=2026-01-05")]
    [InlineData("milliseconds", "update units set seen_at = date_trunc('milliseconds', seen_at) where id in (md5('unit7')::uuid, md5('unit8')::uuid)", CheckNames.Timestamps, "public.units", 2, "precision lost: 2 of 40 values")]
    [InlineData("slip of half an hour", "update units set seen_at = seen_at - interval '3 hours 30 minutes'", CheckNames.Timestamps, "public.units", 1, "shifted by -03:30")]
    [InlineData("text cut", "update units set name = left(name, 9)", CheckNames.LargeValues, "public.units", 1, "cut at 9 characters")]
    [InlineData("bytea cut", "update units set blob = substring(blob for 10)", CheckNames.LargeValues, "public.units", 1, "cut at 10 bytes")]
    [InlineData("jsonb emptied", "update units set meta = '{}' where id = md5('unit7')::uuid", CheckNames.LargeValues, "public.units", 1, "meta: the source has 40 values")]
    [InlineData("text lost", "update units set name = null where id = md5('unit7')::uuid", CheckNames.LargeValues, "public.units", 1, "the target 39 values")]
    [InlineData("secret re-encoded", "update units set api_key = encode(convert_to(api_key, 'UTF8'), 'base64') where id = md5('unit7')::uuid", CheckNames.EncryptedColumns, "public.units", 1, "api_key in 1")]
    public async Task Broken_integrity_is_counted_and_named(string mutation, string sql, string check, string subject, long violations, string named)
    {
        Assert.NotEmpty(mutation);
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        await moved.DamageAsync(sql, Token);
        var found = Of(await moved.VerifyAsync(Token), check, subject);
        Assert.Equal((Verdict.Fail, violations), (found.Verdict, found.Violations));
        Assert.Contains(named.Contains("event", StringComparison.Ordinal) || named.StartsWith("reading", StringComparison.Ordinal) ? Uuid(named) : named, found.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_table_is_counted_exactly_and_listed_in_part()
    {
        var found = await ContentsAfterAsync("delete from readings; insert into readings select md5('new' || n)::uuid, null, 1, '2026-01-01Z' from generate_series(1, 700) n", "readings");
        Assert.Equal((2500, 700, 0, Differences.MaximumListed), (found.Missing, found.Extra, found.Changed, found.Listed.Count));
    }

    [Fact]
    public async Task A_changed_secret_is_named_and_never_shown()
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        await moved.DamageAsync("update units set api_key = api_key || '-leaked', name = 'x' where id = md5('unit7')::uuid; delete from units where id = md5('unit8')::uuid", Token);
        var json = VerificationJson.Write(await moved.VerifyAsync(Token));
        Assert.Contains("\"column\": \"api_key\"", json, StringComparison.Ordinal);
        Assert.DoesNotContain("api-key-of-unit", json, StringComparison.Ordinal);
        Assert.DoesNotContain("-leaked", json, StringComparison.Ordinal);
    }

    private static CheckResult Of(VerificationResult result, string check, string subject) => Assert.Single(result.Checks, found => found.Check == check && found.Subject == subject);

#pragma warning disable CA5351 // The ids of MovedSchema are what md5() makes in PostgreSQL; nothing is kept secret by them.
    private static string Uuid(string seed) => new Guid(System.Security.Cryptography.MD5.HashData(System.Text.Encoding.UTF8.GetBytes(seed)), bigEndian: true).ToString();
#pragma warning restore CA5351

    private async Task<Differences> ContentsAfterAsync(string sql, string table)
    {
        await using var moved = await MovedDatabases.CreateAsync(servers, Token);
        await moved.DamageAsync(sql, Token);
        var result = await moved.VerifyAsync(Token);
        var contents = Of(result, CheckNames.Contents, $"public.{table}");
        Assert.Equal((Verdict.Fail, contents.Differences!.Total), (contents.Verdict, contents.Violations));
        Assert.DoesNotContain(result.Checks, check => check.Check == CheckNames.Contents && check.Subject != contents.Subject && check.Verdict != Verdict.Pass);
        return contents.Differences;
    }
}
