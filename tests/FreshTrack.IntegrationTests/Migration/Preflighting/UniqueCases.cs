using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Migration.Preflighting;

/// <summary>Keys of the target in which several rows would meet.</summary>
internal static class UniqueCases
{
    public static IReadOnlyList<PreflightCase> All { get; } =
    [
        new(FindingCodes.UniqueViolated, Verdict.Fail, "public.a.v", 4, "1", "2", "4")
        {
            What = "a constraint",
            Source = Rows("'x', 'x', null, 'x', null, 'x', 'y'"),
            Target = "create table a (id int primary key, v text unique)",
            Mended = bad => bad with { Source = Rows("'x', null, null, 'y'") },
        },
        new(FindingCodes.UniqueViolated, Verdict.Fail, "public.a.v", 2, "1", "3")
        {
            What = "nulls not distinct",
            Source = Rows("null, 'x', null"),
            Target = "create table a (id int primary key, v text unique nulls not distinct)",
            Mended = bad => bad with { Target = "create table a (id int primary key, v text unique)" },
        },
        new(FindingCodes.UniqueViolated, Verdict.Fail, "public.a", 2, "1", "2")
        {
            What = "an expression, for some rows",
            Source = Rows("'X', 'x', '-', '-'"),
            Target = "create table a (id int primary key, v text); create unique index on a (lower(v)) where v <> '-'",
            Mended = bad => bad with { Source = Rows("'X', 'y', '-', '-'") },
        },
        new(FindingCodes.UniqueViolated, Verdict.Fail, "public.a.id", 2, "public.a 1", "public.b 1")
        {
            What = "between two sources",
            Source =
                "create table a (id int primary key); create table b (id int primary key); insert into a "
                + "values (1), (2); insert into b values (1), (3)",
            Target = "create table a (id int primary key)",
            Tables = "  - source: a\n  - { source: b, target: a }",
            Mended = bad =>
                bad with
                {
                    Tables = "  - source: a\n  - { source: b, target: a, columns: { id: id + 10 } }",
                },
        },
        new(FindingCodes.UniqueViolated, Verdict.Fail, "public.a.v", 2, "1", "2")
        {
            What = "a generated column",
            Source = Rows("'X', 'x'"),
            Target = "create table a (id int primary key, w text, v text generated always as (lower(w)) stored unique)",
            Tables = "  - { source: a, columns: { w: v }, leave: [v] }",
            Mended = bad => bad with { Source = Rows("'X', 'y'") },
        },
        new(FindingCodes.UniqueViolated, Verdict.Fail, "public.a.v", 2, "1", "2")
        {
            What = "values that only the target takes as equal",
            Source = $"create extension citext; {Rows("'x', 'X'")}; alter table a add unique (v)",
            Target = "create extension citext; create table a (id int primary key, v citext unique)",
            Mended = bad =>
                bad with
                {
                    Target = "create extension citext; create table a (id int primary key, v text unique)",
                },
        },
        new(FindingCodes.UniqueViolated, Verdict.Fail, "public.a.v", 2, "a row without a key")
        {
            What = "a secret key",
            Source = Rows("'x', 'x'"),
            Target = "create table a (id int primary key, v text unique)",
            Tables = "  - { source: a, secret: [id] }",
            Mended = bad => bad with { Source = Rows("'x', 'y'") },
        },
        new(FindingCodes.ConstraintNotTestable, Verdict.Warn, "public.a", null)
        {
            What = "a function that the source lacks",
            Source = Rows("'x', 'x'"),
            Target =
                "create function fold(text) returns text language sql immutable as $$ select lower($1) $$; "
                + "create table a (id int primary key, v text); create unique index on a (fold(v))",
            Mended = bad =>
                bad with
                {
                    Source =
                        "create function fold(text) returns text language sql immutable as $$ select "
                        + $"upper($1) $$; {Rows("'x', 'y'")}",
                },
        },
        new(FindingCodes.CollationNondeterministic, Verdict.Warn, "public.a.v", null)
        {
            Source = Rows("'x', 'X'"),
            Target =
                "create collation folded (provider = icu, locale = 'und-u-ks-level2', deterministic = "
                + "false); create table a (id int primary key, v text collate folded unique)",
            Mended = bad => bad with { Target = "create table a (id int primary key, v text unique)" },
        },
    ];

    private static string Rows(string values) =>
        "create table a (id int primary key, v text); insert into a select id, v from "
        + $"unnest(array[{values}]::text[]) with ordinality x(v, id)";
}
