using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Migration.Preflighting;

/// <summary>Rows against the types of the target.</summary>
internal static class ValueCases
{
    public static IReadOnlyList<PreflightCase> All { get; } =
    [
        new(FindingCodes.NarrowingType, Verdict.Warn, "public.a.v", null)
        {
            Source = "create table a (id int primary key, v text); insert into a values (1, 'abc')",
            Target = "create table a (id int primary key, v varchar(3))",
            Mended = bad => bad with { Target = "create table a (id int primary key, v text)" },
        },
        Fits("numeric", "numeric(5,2)", "1.234", "12.3400"),
        Fits("numeric", "integer", "1.5", "2.0"),
        Fits("bigint", "integer", "3000000000", "3"),
        Fits("timestamptz", "timestamptz(3)", "2026-01-01 00:00:00.123456+00", "2026-01-01 00:00:00.123+00"),
        Fits("timestamp", "date", "2026-01-01 00:00:01", "2026-01-01"),
        Fits("text", "varchar(3)", "four", "abc"),
        Fits("text", "short", "four", "abc", "create domain short as varchar(3);"),
        Fits("numeric[]", "numeric(5,2)[]", "{1.234}", "{1.5}"),
        Fits("interval", "interval(3)", "1.123456 s", "1.123 s"),
        Fits("varbit", "varbit(3)", "1010", "101"),
        Fits("double precision", "real", "0.123456789", "0.5"),
        new(FindingCodes.ValueDoesNotCast, Verdict.Fail, "public.a.v", 2, "1", "4")
        {
            What = "text to integer",
            SourceIsNew = true,
            Source =
                "create table a (id int primary key, v text); insert into a values (1, 'x'), (2, '2'), (3, "
                + "null), (4, '')",
            Target = "create table a (id int primary key, v integer, w int)",
            Tables = "  - { source: a, columns: { w: id } }",
            Mended = bad =>
                bad with
                {
                    Source = "create table a (id int primary key, v text); insert into a values (2, '2'), (3, null)",
                },
        },
        new(FindingCodes.ValueDoesNotCast, Verdict.Fail, "public.a.v", 1, "1")
        {
            What = "an expression to uuid",
            SourceIsNew = true,
            Source = "create table a (id int primary key); insert into a values (1), (2)",
            Target = "create table a (id int primary key, v uuid)",
            Tables = "  - { source: a, columns: { v: \"case id when 1 then 'secret' end\" } }",
            Mended = bad =>
                bad with
                {
                    Tables =
                        "  - { source: a, columns: { v: \"case id when 1 then "
                        + "'00000000-0000-4000-8000-000000000001' end\" } }",
                },
        },
        new(FindingCodes.NullNotAllowed, Verdict.Fail, "public.a.v", 1, "2")
        {
            What = "a column",
            Source = "create table a (id int primary key, v int); insert into a values (1, 1), (2, null)",
            Target = "create table a (id int primary key, v int not null)",
            Mended = bad => bad with { Tables = "  - { source: a, where: v is not null }" },
        },
        new(FindingCodes.NullNotAllowed, Verdict.Fail, "public.a.v", 1, "2")
        {
            What = "a domain",
            Source = "create table a (id int primary key, v int); insert into a values (1, 1), (2, null)",
            Target = "create domain present as int not null; create table a (id int primary key, v present)",
            Mended = bad => bad with { Tables = "  - { source: a, where: v is not null }" },
        },
        new(FindingCodes.EnumLabelMissing, Verdict.Fail, "public.a.v", 1, "2")
        {
            Source =
                "create type mood as enum ('ok', 'gone'); create table a (id int primary key, v mood); "
                + "insert into a values (1, 'ok'), (2, 'gone')",
            Target = "create type mood as enum ('ok'); create table a (id int primary key, v mood)",
            Mended = bad =>
                bad with
                {
                    Target = "create type mood as enum ('gone', 'ok'); create table a (id int primary key, v mood)",
                },
        },
        new(FindingCodes.TextNotEncodable, Verdict.Fail, "public.a.v", 1, "2")
        {
            What = "bytes of no encoding",
            Source =
                "create table a (id int primary key, v text); insert into a values (1, 'cheese'), (2, "
                + "convert_from('\\xe4', 'SQL_ASCII'))",
            SourceDatabase = "encoding 'SQL_ASCII' locale 'C' template template0",
            Target = "create table a (id int primary key, v text)",
            Mended = bad =>
                bad with
                {
                    Source = "create table a (id int primary key, v text); insert into a values (1, 'cheese')",
                },
        },
        new(FindingCodes.TextNotEncodable, Verdict.Fail, "public.a.v", 1, "2")
        {
            What = "characters that the encoding lacks",
            Source = "create table a (id int primary key, v text); insert into a values (1, 'Käse'), (2, 'сыр')",
            Target = "create table a (id int primary key, v text)",
            TargetDatabase = "encoding 'LATIN1' locale 'C' template template0",
            Mended = bad =>
                bad with
                {
                    Source = "create table a (id int primary key, v text); insert into a values (1, 'Käse')",
                },
        },
    ];

    private static PreflightCase Fits(string from, string to, string changed, string kept, string type = "") =>
        new(FindingCodes.ValueDoesNotFit, Verdict.Fail, "public.a.v", 2, "1", "4")
        {
            What = $"{from} to {to}",
            Source =
                $"create table a (id int primary key, v {from}); insert into a values (1, '{changed}'), (2, "
                + $"'{kept}'), (3, null), (4, '{changed}')",
            Target = $"{type} create table a (id int primary key, v {to})",
            Mended = bad => bad with { Tables = "  - { source: a, where: \"id not in (1, 4)\" }" },
        };
}
