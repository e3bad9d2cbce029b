using FreshTrack.Verification;

namespace FreshTrack.IntegrationTests.Verification;

/// <summary>What makes a check fail and what keeps it from a verdict,
/// as SQL on the target of <see cref="MovedDatabases"/>.</summary>
internal sealed record CheckDamage(string Check, string Subject, string Fails, string Inconclusive)
{
    /// <summary>Subject of the check that comes to no verdict, where it is another.</summary>
    public string? Elsewhere { get; init; }

    public static readonly IReadOnlyList<CheckDamage> All =
    [
        new(
            CheckNames.Counts,
            "public.readings",
            "delete from readings where id = md5('reading9')::uuid",
            "drop table readings"
        ),
        new(
            CheckNames.Contents,
            "public.units",
            "update units set note = 'x' where id = md5('unit7')::uuid",
            "alter table units drop column meta"
        ),
        new(
            CheckNames.EncryptedColumns,
            "public.units",
            "update units set api_key = encode(convert_to(api_key, 'UTF8'), 'base64') where id = md5('unit7')::uuid",
            "alter table units drop column api_key"
        ),
        new(
            CheckNames.LargeValues,
            "public.units",
            "update units set name = left(name, 9)",
            "alter table units drop column name"
        ),
        new(
            CheckNames.Timestamps,
            "public.event_logs",
            "update event_logs set recorded_at = recorded_at + interval '1 hour'",
            "alter table event_logs drop column recorded_at"
        ),
        new(
            CheckNames.FutureTimestamps,
            "public.event_logs",
            "update event_logs set recorded_at = '2026-02-01Z' where id = md5('1event2')::uuid",
            "alter table event_logs drop column recorded_at"
        ),
        new(
            CheckNames.InvalidUuids,
            "public.readings",
            "update readings set unit_id = '00000000-0000-0000-0000-000000000000' where id = md5('reading9')::uuid",
            "alter table readings drop column unit_id"
        ),
        new(
            CheckNames.Orphans,
            "public.readings.readings_unit_id_fkey",
            "delete from units where id = md5('unit7')::uuid",
            "delete from readings"
        ),
        new(
            CheckNames.UniqueKeys,
            "public.readings",
            "insert into readings select id, unit_id, temperature, recorded_at + interval '1 second' "
                + "from readings where id = md5('reading9')::uuid",
            "delete from readings"
        ),
        new(
            CheckNames.NotNull,
            "public.users",
            """
            alter table users alter email drop not null;
            update users set email = null where email = 'user3@example.org';
            update pg_attribute set attnotnull = true where attrelid = 'users'::regclass and attname = 'email'
            """,
            "delete from users"
        ),
        new(
            CheckNames.CheckConstraints,
            "public.units",
            "alter table units add constraint is_small check (serial_no < 4294967297 * 40) not valid",
            "alter table units add constraint is_odd check (1 / (serial_no - serial_no) > 0) not valid"
        ),
        new(
            CheckNames.Partitions,
            "public.readings",
            "insert into readings values (md5('late')::uuid, null, 1, '2026-03-01Z')",
            "delete from readings"
        ),
        new(
            CheckNames.Sequences,
            "public.notes_line_seq",
            "insert into notes (id, body, line) overriding system value values (md5('note')::uuid, '', 5)",
            "create sequence of_text owned by notes.body"
        )
        {
            Elsewhere = "public.of_text",
        },
        new(
            CheckNames.UserMap,
            "migration.user_map",
            "delete from migration.user_map where source_id = md5('user3')::uuid",
            "drop table migration.user_map"
        ),
        new(
            CheckNames.BrokenHashChain,
            "public.event_logs",
            "update event_logs set payload = '{}' where id = md5('2event30')::uuid",
            "update event_logs set event_hash = null"
        ),
    ];
}
