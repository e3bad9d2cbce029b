using System.Text.Json;
using FreshTrack.Cutover.Evidence;
using FreshTrack.IntegrationTests.Fixtures;
using FreshTrack.Verification.Declarations;
using Npgsql;

namespace FreshTrack.IntegrationTests.Verification;

/// <summary>What a target declares, and what can be wrong with it on a real server.</summary>
public sealed class DeclarationReaderTests(Servers servers)
{
    private const string Schema = """
        create table units (id uuid primary key, name text not null, floor int check (floor > 0));
        create index units_name_idx on units (name) where floor > 1;
        create table readings (
          id bigint generated always as identity, unit_id uuid references units, recorded_at timestamptz not null,
          primary key (id, recorded_at)) partition by range (recorded_at);
        create index readings_unit_idx on readings (unit_id);
        create table readings_2026_01 partition of readings for values from ('2026-01-01Z') to ('2026-02-01Z');
        create table counters (id serial primary key, code int);
        create function note() returns trigger language plpgsql as 'begin return new; end';
        create trigger note before insert on units for each row execute function note();
        create trigger note before insert on readings for each row execute function note();
        insert into units select gen_random_uuid(), 'Unit', 2 from generate_series(1, 3);
        create schema migration;
        create table migration.deferred (id int primary key);
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A damage, and how each thing that it makes differ begins.</summary>
    public static TheoryData<string, string[]> Damages =>
        new()
        {
            { "drop index units_name_idx", ["index public.units.units_name_idx is missing"] },
            { "create index units_floor on units (floor)", ["index public.units.units_floor was not there before"] },
            {
                "drop index units_name_idx; create index units_name_idx on units (name)",
                [
                    "index public.units.units_name_idx was USING btree (name) WHERE (floor > 1) and is "
                        + "USING btree (name)",
                ]
            },
            { "alter table units disable trigger note", ["trigger public.units.note is disabled"] },
            {
                "alter table readings_2026_01 disable trigger note",
                ["trigger public.readings_2026_01.note is disabled"]
            },
            {
                "alter table units enable always trigger note",
                [
                    "trigger public.units.note was CREATE TRIGGER note BEFORE INSERT ON public.units FOR EACH ROW "
                        + "EXECUTE FUNCTION public.note() and is CREATE TRIGGER note BEFORE INSERT ON public.units "
                        + "FOR EACH ROW EXECUTE FUNCTION public.note(), always",
                ]
            },
            {
                """
                    alter table counters add unit_id uuid;
                    alter table counters add constraint counters_unit foreign key (unit_id) references units not valid
                    """,
                [
                    "constraint public.counters.counters_unit is not validated",
                    "constraint public.counters.counters_unit was not there before",
                ]
            },
            {
                """
                    alter table readings drop constraint readings_unit_id_fkey;
                    alter table readings add constraint readings_unit_id_fkey
                      foreign key (unit_id) references units deferrable initially deferred
                    """,
                [
                    "constraint public.readings.readings_unit_id_fkey is deferred",
                    "constraint public.readings.readings_unit_id_fkey was FOREIGN KEY (unit_id) REFERENCES "
                        + "public.units(id) and is FOREIGN KEY (unit_id) REFERENCES public.units(id) DEFERRABLE "
                        + "INITIALLY DEFERRED",
                    "constraint public.readings_2026_01.readings_unit_id_fkey is deferred",
                ]
            },
            {
                "alter table readings_2026_01 disable trigger all",
                [
                    "constraint public.readings_2026_01.readings_unit_id_fkey is disabled",
                    "trigger public.readings_2026_01.note is disabled",
                ]
            },
            {
                "alter table units alter name drop not null",
                ["constraint public.units.not null was id, name and is id"]
            },
            {
                "alter sequence counters_id_seq owned by none",
                ["sequence public.counters_id_seq is not owned", "sequence public.counters_id_seq was "]
            },
            { "alter sequence counters_id_seq increment 2", ["sequence public.counters_id_seq was "] },
            { "insert into counters values (7)", ["sequence public.counters_id_seq is behind"] },
            {
                "alter table readings detach partition readings_2026_01",
                [
                    "constraint public.readings_2026_01.not null was not there before",
                    "constraint public.readings_2026_01.readings_2026_01_pkey was not there before",
                    "constraint public.readings_2026_01.readings_unit_id_fkey was not there before",
                    "index public.readings_2026_01.readings_2026_01_pkey was not there before",
                    "index public.readings_2026_01.readings_2026_01_unit_id_idx was not there before",
                ]
            },
            {
                "drop table counters",
                [
                    "constraint public.counters.counters_pkey is missing",
                    "constraint public.counters.not null is missing",
                    "index public.counters.counters_pkey is missing",
                    "sequence public.counters_id_seq is missing",
                ]
            },
        };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task What_differs_is_named(string damage, string[] expected)
    {
        await using var target = await CreateAsync();
        var before = await DeclarationReader.ReadAsync(target, Token);

        await RunAsync(target, damage);

        var found = DeclarationDifference
            .Between(before, await DeclarationReader.ReadAsync(target, Token))
            .Select(difference => $"{difference}")
            .ToList();
        Assert.True(
            expected.Length == found.Count && expected.Zip(found).All(pair => pair.Second.StartsWith(pair.First)),
            string.Join('\n', found)
        );
    }

    [Fact]
    public async Task An_index_whose_concurrent_build_failed_is_invalid()
    {
        await using var target = await CreateAsync();
        var before = await DeclarationReader.ReadAsync(target, Token);

        await Assert.ThrowsAsync<PostgresException>(() =>
            RunAsync(target, "create unique index concurrently units_once on units (name)")
        );

        Assert.Equal(
            ["index public.units.units_once is invalid", "index public.units.units_once was not there before"],
            DeclarationDifference
                .Between(before, await DeclarationReader.ReadAsync(target, Token))
                .Select(difference => $"{difference}")
        );
    }

    [Fact]
    public async Task A_new_partition_and_a_sequence_that_went_on_are_no_difference()
    {
        await using var target = await CreateAsync();
        var before = await DeclarationReader.ReadAsync(target, Token);

        await RunAsync(
            target,
            """
            create table readings_2026_02 partition of readings for values from ('2026-02-01Z') to ('2026-03-01Z');
            insert into readings (recorded_at) values ('2026-02-03Z');
            insert into counters (code) values (1)
            """
        );

        Assert.Empty(DeclarationDifference.Between(before, await DeclarationReader.ReadAsync(target, Token)));
    }

    [Fact]
    public async Task The_schema_of_the_new_system_declares_nothing_that_is_deferred_invalid_or_disabled()
    {
        await using var target = await Databases.NewAsync(servers, Token);
        await target.CreateTargetAsync(Token);
        var declared = await DeclarationReader.ReadAsync(target, Token);

        Assert.Empty(DeclarationDifference.Flaws(declared));
        // The whole list is part of one line of the journal.
        Assert.InRange(JsonSerializer.Serialize(declared, EvidenceJson.Line).Length, 10_000, 200_000);
        Assert.All(
            Enum.GetValues<DeclarationKind>(),
            kind => Assert.Contains(declared, declaration => declaration.Kind == kind)
        );
    }

    private static async Task RunAsync(NpgsqlDataSource target, string sql)
    {
        await using var command = target.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }

    private async Task<NpgsqlDataSource> CreateAsync()
    {
        var target = await Databases.NewAsync(servers, Token);
        await RunAsync(target, Schema);
        return target;
    }
}
