using FreshTrack.Migration.Preflighting;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Migration;

public sealed class PreflightTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Unmapped_tables_and_columns_are_named()
    {
        var findings = await FindingsAsync("create table a (id int, extra int); create table b (id int)", "create table a (id int)", "  - source: a");

        Assert.Contains(findings, finding => finding is { Code: "table-not-mapped", Subject: "public.b", Verdict: Verdict.Fail });
        Assert.Contains(findings, finding => finding is { Code: "column-not-mapped", Subject: "public.a.extra", Verdict: Verdict.Fail });
    }

    [Fact]
    public async Task Names_that_do_not_exist_are_named()
    {
        var findings = await FindingsAsync(
            "create table a (id int)", "create table a (id int primary key, must int not null)", "  - { source: a, columns: { nope: id }, leave: [gone] }\n  - { source: c, target: d }");

        Assert.Equal(
            ["source-column-missing public.a.gone", "source-table-missing public.c", "target-column-missing public.a.nope", "target-column-not-filled public.a.must", "target-table-missing public.d"],
            findings.Select(finding => $"{finding.Code} {finding.Subject}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("numeric", "numeric(5,2)", "1.234", "12.3400")]
    [InlineData("numeric", "numeric(5,2)", "1000", "999.99")]
    [InlineData("numeric", "integer", "1.5", "2.0")]
    [InlineData("bigint", "integer", "3000000000", "3")]
    [InlineData("timestamptz", "timestamptz(3)", "2026-01-01 00:00:00.123456+00", "2026-01-01 00:00:00.123+00")]
    [InlineData("text", "varchar(3)", "four", "abc")]
    public async Task Values_that_would_be_changed_are_counted_with_example_keys(string from, string to, string changed, string kept)
    {
        var findings = await FindingsAsync(
            $"create table a (id int primary key, v {from}); insert into a values (1, '{changed}'), (2, '{kept}'), (3, null), (4, '{changed}')",
            $"create table a (id int primary key, v {to})", "  - source: a");

        var hit = Assert.Single(findings, finding => finding.Verdict == Verdict.Fail);
        Assert.Equal(("value-does-not-fit", "public.a.v", 2L), (hit.Code, hit.Subject, hit.Rows!.Value));
        Assert.Equal(["1", "4"], hit.Examples);
    }

    [Fact]
    public async Task Labels_nulls_and_users_that_the_target_would_refuse_are_counted()
    {
        var findings = await FindingsAsync(
            """
            create schema auth;
            create table auth.users (id uuid primary key, email text);
            insert into auth.users values ('00000000-0000-4000-8000-000000000001', ' ');
            create type mood as enum ('ok', 'gone');
            create table a (id int primary key, m mood, n int, u uuid);
            insert into a values (1, 'ok', 1, null), (2, 'gone', null, '00000000-0000-4000-8000-000000000002');
            """,
            "create type mood as enum ('ok'); create table a (id int primary key, m mood, n int not null, u uuid); create table users (id uuid primary key, email text); insert into users values (gen_random_uuid(), '')",
            "  - { source: auth.users, target: users, users: [id] }\n  - { source: a, users: [u] }");

        Assert.Equal(
            ["enum-label-missing public.a.m 1 2", "null-not-allowed public.a.n 1 2", "target-not-empty public.users 1 ", "user-not-found public.a.u 1 2", "user-without-email auth.users.email 1 00000000-0000-4000-8000-000000000001"],
            findings.Where(finding => finding.Verdict == Verdict.Fail).Select(finding => $"{finding.Code} {finding.Subject} {finding.Rows} {string.Join(",", finding.Examples)}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_expression_that_the_source_refuses_is_named_with_its_line()
    {
        var findings = await FindingsAsync("create table a (id int)", "create table a (id int)", "  - { source: a, columns: { id: id + } }");

        var finding = Assert.Single(findings);
        Assert.Equal(("expression-invalid", "public.a.id"), (finding.Code, finding.Subject));
        Assert.Contains("line 3", finding.Message, StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<Finding>> FindingsAsync(string source, string target, string tables)
    {
        await using var move = await Move.CreateAsync(servers, source, target, Token);
        return (await Preflight.RunAsync(PlanFile.Parse($"version: 1\ntables:\n{tables}\n", "plan.yaml"), move.Source, move.Target, Token)).Findings;
    }
}
