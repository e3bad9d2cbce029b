using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Migration.Preflighting;

/// <summary>What the plan and the catalogs tell.</summary>
internal static class PlanCases
{
    private const string Auth = "create schema auth; create table auth.users (id uuid primary key, email text);";

    private static string Checked(string query, string severity = "warn") =>
        $"""
              - source: a
                key: [id]
            checks:
              - name: negative
                severity: {severity}
                query: {query}
                message: An id is positive.
            """;

    public static IReadOnlyList<PreflightCase> All { get; } =
    [
        new(FindingCodes.TableNotMapped, Verdict.Fail, "public.b", 0)
        {
            Source = "create table a (id int); create table b (id int); analyze b",
            Target = "create table a (id int)",
            Mended = bad => bad with { Tables = "  - source: a\nleave: [b]" },
        },
        new(FindingCodes.ColumnNotMapped, Verdict.Fail, "public.a.extra", null)
        {
            Source = "create table a (id int, extra int)",
            Target = "create table a (id int)",
            Mended = bad => bad with { Tables = "  - { source: a, leave: [extra] }" },
        },
        new(FindingCodes.LeftTableMissing, Verdict.Warn, "public.gone", null)
        {
            Source = "create table a (id int)",
            Target = "create table a (id int)",
            Tables = "  - source: a\nleave: [gone]",
            Mended = bad => bad with { Source = "create table a (id int); create table gone (id int)" },
        },
        new(FindingCodes.MappedTwice, Verdict.Fail, "public.a", null)
        {
            Source = "create table a (id int); create table b (id int)",
            Target = "create table a (id int)",
            Tables = "  - source: a\n  - { source: a, where: id = 1 }\nleave: [b]",
            Mended = bad => bad with { Tables = "  - source: a\n  - { source: b, target: a }" },
        },
        new(FindingCodes.EntriesDisagree, Verdict.Fail, "public.a", null)
        {
            Source = "create table a (id int, n int); create table b (id int, n int)",
            Target = "create table a (id int, n int)",
            Tables = "  - { source: a, key: [id] }\n  - { source: b, target: a, key: [id, n] }",
            Mended = bad =>
                bad with
                {
                    Tables = "  - { source: a, key: [id] }\n  - { source: b, target: a, key: [id] }",
                },
        },
        new(FindingCodes.TableWithoutKey, Verdict.Warn, "public.a", null)
        {
            Source = "create table a (id int)",
            Target = "create table a (id int)",
            Mended = bad => bad with { Tables = "  - { source: a, key: [id] }" },
        },
        new(FindingCodes.PlanCheck, Verdict.Warn, "checks.negative", 4, "-1, a", "-2, (null)", "-3, c, d")
        {
            Source =
                "create table a (id int, n text); "
                + "insert into a values (-1, 'a'), (-2, null), (-3, 'c, d'), (-4, ''), (5, 'e')",
            Target = "create table a (id int, n text)",
            Tables = Checked("select id, n from a where id < 0 order by id desc"),
            Mended = bad => bad with { Source = "create table a (id int, n text); insert into a values (5, 'e')" },
        },
        new(FindingCodes.PlanCheck, Verdict.Fail, "checks.negative", 1, "-1")
        {
            What = "that fails",
            Source = "create table a (id int); insert into a values (-1)",
            Target = "create table a (id int)",
            Tables = Checked("select id from a where id < 0 -- of all ids", "fail"),
            Mended = bad => bad with { Tables = Checked("select id from a where id < -1") },
        },
        new(FindingCodes.PlanCheckNotRun, Verdict.Inconclusive, "checks.negative", null)
        {
            Source = "create table a (id int); insert into a values (0)",
            Target = "create table a (id int)",
            Tables = Checked("select id from a where 1 / id < 0"),
            Mended = bad => bad with { Tables = Checked("select id from a where id < 0") },
        },
        new(FindingCodes.ExpressionInvalid, Verdict.Fail, "checks.negative", null)
        {
            What = "a check's query",
            Source = "create table a (id int)",
            Target = "create table a (id int)",
            Tables = Checked("delete from a returning id"),
            Mended = bad => bad with { Tables = Checked("select id from a where id < 0") },
        },
        new(FindingCodes.ExpressionInvalid, Verdict.Fail, "checks.negative", null)
        {
            What = "a check of several statements",
            Source = "create table a (id int); create table b (id int)",
            Target = "create table a (id int); create table b (id int)",
            Tables =
                "  - source: b\n    key: [id]\n"
                + Checked("select 1) as x; drop table b; select from (select id from a"),
            Mended = bad =>
                bad with
                {
                    Tables = "  - source: b\n    key: [id]\n" + Checked("select id from b where id < 0"),
                },
        },
        new(FindingCodes.PlanCheck, Verdict.Warn, "checks.negative", 1, $"-1, ***, <***>, {new string('n', 100)}…")
        {
            What = "that shows a secret, an address and a long text",
            Source =
                "create table a (id int, key text, mail text, n text); "
                + "insert into a values (-1, 'k-1', '<a@b.example>', repeat('n', 1000000))",
            Target = "create table a (id int, key text, mail text, n text)",
            Tables = Checked("select id, key, mail, n from a where id < 0")
                .Replace("key: [id]", "key: [id]\n    secret: [key]"),
            Mended = bad => bad with { Source = "create table a (id int, key text, mail text, n text)" },
        },
        new(FindingCodes.SourceTableMissing, Verdict.Fail, "public.c", null)
        {
            Source = "create table a (id int)",
            Target = "create table a (id int); create table c (id int)",
            Tables = "  - source: a\n  - source: c",
            Mended = bad => bad with { Tables = "  - source: a" },
        },
        new(FindingCodes.TargetTableMissing, Verdict.Fail, "public.d", null)
        {
            Source = "create table a (id int)",
            Target = "create table a (id int)",
            Tables = "  - { source: a, target: d }",
            Mended = bad => bad with { Tables = "  - source: a" },
        },
        new(FindingCodes.SourceColumnMissing, Verdict.Fail, "public.a.gone", null)
        {
            Source = "create table a (id int)",
            Target = "create table a (id int, v int)",
            Tables = "  - { source: a, columns: { v: gone } }",
            Mended = bad => bad with { Tables = "  - { source: a, columns: { v: id } }" },
        },
        new(FindingCodes.TargetColumnMissing, Verdict.Fail, "public.a.nope", null)
        {
            Source = "create table a (id int)",
            Target = "create table a (id int)",
            Tables = "  - { source: a, columns: { nope: id } }",
            Mended = bad => bad with { Target = "create table a (id int, nope int)" },
        },
        new(FindingCodes.TargetColumnNotFilled, Verdict.Fail, "public.a.must", null)
        {
            Source = "create table a (id int)",
            Target = "create table a (id int, must int not null)",
            Mended = bad => bad with { Target = "create table a (id int, must int not null default 1)" },
        },
        new(FindingCodes.TargetColumnGenerated, Verdict.Fail, "public.a.twice", null)
        {
            Source = "create table a (id int, twice int)",
            Target =
                "create table a (id int generated always as identity, copy int, twice int generated always "
                + "as (id * 2) stored)",
            Tables = "  - { source: a, columns: { copy: twice } }",
            Mended = bad => bad with { Tables = "  - { source: a, columns: { copy: twice }, leave: [twice] }" },
        },
        new(FindingCodes.SourceUsersMissing, Verdict.Fail, "public.a.u", null)
        {
            Source = "create table a (u uuid)",
            Target = "create table a (u uuid)",
            Tables = "  - { source: a, users: [u] }",
            Mended = bad =>
                bad with
                {
                    Source = $"{Auth} create table a (u uuid)",
                    Tables = "  - { source: a, users: [u] }\nleave: [auth.*]",
                },
        },
        new(FindingCodes.UserColumnType, Verdict.Fail, "public.a.u", null)
        {
            Source = $"{Auth} create table a (u uuid)",
            Target = "create table a (u text)",
            Tables = "  - { source: a, users: [u] }\nleave: [auth.*]",
            Mended = bad => bad with { Target = "create table a (u uuid)" },
        },
        new(FindingCodes.UserIdOneSided, Verdict.Fail, "public.a.u", null)
        {
            Source = $"{Auth} create table a (u uuid references auth.users)",
            Target = "create table people (id uuid primary key, email text); create table a (u uuid references people)",
            Tables = "  - { source: auth.users, target: people, users: [id] }\n  - source: a",
            Mended = bad =>
                bad with
                {
                    Tables = "  - { source: auth.users, target: people, users: [id] }\n  - { source: a, users: [u] }",
                },
        },
        new(FindingCodes.ExpressionInvalid, Verdict.Fail, "public.a.v", null)
        {
            Source = "create table a (id int)",
            Target = "create table a (id int, v int)",
            Tables = "  - { source: a, columns: { v: nonsense(id) } }",
            Mended = bad => bad with { Tables = "  - { source: a, columns: { v: abs(id) } }" },
        },
    ];
}
