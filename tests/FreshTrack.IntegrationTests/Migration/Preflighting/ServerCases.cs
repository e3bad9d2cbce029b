using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Migration.Preflighting;

/// <summary>What the two servers, and the roles on them, are and may do.</summary>
internal static class ServerCases
{
    private const string Table = "create table a (id int primary key, v text);";

    private const string Own =
        "alter table a owner to {unique}; grant create on schema public to {unique}; do $$ begin execute "
        + "format('grant create on database %I to {unique}', current_database()); end $$;";

    private const string RunsPrograms = "grant pg_execute_server_program, pg_read_all_settings to {unique};";

    public static IReadOnlyList<PreflightCase> All { get; } =
    [
        new(FindingCodes.EncodingDiffers, Verdict.Warn, "database", null)
        {
            Source = Table,
            Target = Table,
            TargetDatabase = "encoding 'LATIN1' locale 'C' template template0",
            Mended = bad => bad with { TargetDatabase = "" },
        },
        new(FindingCodes.CollationDiffers, Verdict.Warn, "database", null)
        {
            Source = Table,
            Target = Table,
            TargetDatabase = "locale_provider icu icu_locale 'de' template template0",
            Mended = bad => bad with { TargetDatabase = "" },
        },
        new(FindingCodes.ExtensionMissing, Verdict.Fail, "public.a.v", null)
        {
            Source = "create extension citext; create table a (id int primary key, v citext)",
            Target = Table,
            Mended = bad => bad with { Tables = "  - { source: a, columns: { v: \"v::text\" } }" },
        },
        new(FindingCodes.ExtensionNotNeeded, Verdict.Warn, "database", null)
        {
            Source = $"create extension citext; {Table}",
            Target = Table,
            Mended = bad => bad with { Target = $"create extension citext; {Table}" },
        },
        new(FindingCodes.FreeSpaceShort, Verdict.Fail, "database", null)
        {
            // A file with a hole in it: the table takes 8 TB, and no disk is the fuller for it.
            Source = Table,
            SourceAsAdministrator =
                "create temporary table output (line text); do $$ begin execute format('copy output from "
                + "program %L', 'truncate -s 8T ' || pg_relation_filepath('a') || '_fsm'); end $$",
            Target = Table,
            Mended = bad => bad with { SourceAsAdministrator = "" },
        },
        new(FindingCodes.FreeSpaceUnknown, Verdict.Warn, "database", null)
        {
            Source = Table,
            Target = $"{Table} {Own}",
            TargetAsRole = true,
            Mended = bad => bad with { Target = $"{bad.Target} {RunsPrograms}" },
        },
        new(FindingCodes.SourceRightMissing, Verdict.Fail, "public.a", null)
        {
            What = "select",
            Source = $"{Table} {Freezes} grant trigger on a to {{unique}}",
            Target = Table,
            SourceAsRole = true,
            Mended = bad => bad with { Source = $"{bad.Source}; grant select on a to {{unique}}" },
        },
        new(FindingCodes.SourceRightMissing, Verdict.Fail, "public.a", null)
        {
            What = "trigger",
            Source = $"{Table} {Freezes} grant select on a to {{unique}}",
            Target = Table,
            SourceAsRole = true,
            Mended = bad => bad with { Source = $"{bad.Source}; grant trigger on a to {{unique}}" },
        },
        new(FindingCodes.SourceRightMissing, Verdict.Fail, "public.a", null)
        {
            What = "rows that a policy hides",
            Source =
                $"{Table} {Freezes} grant select, trigger on a to {{unique}}; alter table a enable row level security",
            Target = Table,
            SourceAsRole = true,
            Mended = bad => bad with { SourceAsAdministrator = "alter role {unique} bypassrls" },
        },
        new(FindingCodes.SourceRightMissing, Verdict.Fail, "old", null)
        {
            What = "usage of the schema",
            Source =
                $"create schema old; create table old.a (id int primary key, v text); {Freezes} grant "
                + "select, trigger on old.a to {unique}",
            Target = Table,
            Tables = "  - { source: old.a, target: a }",
            SourceAsRole = true,
            Mended = bad => bad with { Source = $"{bad.Source}; grant usage on schema old to {{unique}}" },
        },
        new(FindingCodes.TargetRightMissing, Verdict.Fail, "public.p", null)
        {
            What = "a table that is referenced",
            Source = Table,
            Target =
                $"create table p (v text primary key); {Table} alter table a add foreign key (v) references "
                + $"p; grant select on p to {{unique}}; {Own}",
            TargetAsRole = true,
            Mended = bad => bad with { Target = $"{bad.Target} grant references on p to {{unique}}" },
        },
        new(FindingCodes.TargetRightMissing, Verdict.Fail, "public.a", null)
        {
            What = "ownership",
            Source = Table,
            Target =
                $"{Table} grant select, insert on a to {{unique}}; "
                + $"{Own.Replace("alter table a owner to {unique};", "")}",
            TargetAsRole = true,
            Mended = bad => bad with { Target = $"{Table} {Own}" },
        },
        new(FindingCodes.SnapshotNotShared, Verdict.Fail, "source", null)
        {
            Source = Table,
            Target = Table,
            SourceBehindPooler = true,
            Mended = bad => bad with { SourceBehindPooler = false },
        },
    ];

    private static string Freezes =>
        "do $$ begin execute format('grant create on database %I to {unique}', current_database()); end $$;";
}
