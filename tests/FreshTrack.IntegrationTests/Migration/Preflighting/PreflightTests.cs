using FreshTrack.Migration.Preflighting;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Migration.Preflighting;

public sealed class PreflightTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Names_that_do_not_exist_are_named()
    {
        var findings = await FindingsAsync(
            "create table a (id int)",
            "create table a (id int primary key, must int not null)",
            "  - { source: a, columns: { nope: id }, leave: [gone] }\n  - { source: c, target: d }"
        );

        Assert.Equal(
            [
                "source-column-missing public.a.gone",
                "source-table-missing public.c",
                "target-column-missing public.a.nope",
                "target-column-not-filled public.a.must",
                "target-table-missing public.d",
            ],
            findings.Select(finding => $"{finding.Code} {finding.Subject}").Order()
        );
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
            "create type mood as enum ('ok'); create table a (id int primary key, m mood, n int not null, u "
                + "uuid); create table users (id uuid primary key, email text); insert into users values "
                + "(gen_random_uuid(), '')",
            "  - { source: auth.users, target: users, users: [id] }\n  - { source: a, users: [u] }"
        );

        Assert.Equal(
            [
                "enum-label-missing public.a.m 1 2",
                "null-not-allowed public.a.n 1 2",
                "target-not-empty public.users 1 ",
                "user-not-found public.a.u 1 2",
                "user-without-email auth.users.email 1 00000000-0000-4000-8000-000000000001",
            ],
            findings
                .Where(finding => finding.Verdict == Verdict.Fail)
                .Select(finding =>
                    $"{finding.Code} {finding.Subject} {finding.Rows} {string.Join(",", finding.Examples)}"
                )
                .Order()
        );
    }

    [Fact]
    public async Task An_expression_that_the_source_refuses_is_named_with_its_line()
    {
        var findings = await FindingsAsync(
            "create table a (id int primary key)",
            "create table a (id int primary key)",
            "  - { source: a, columns: { id: id + } }"
        );

        var finding = Assert.Single(findings, finding => finding.Verdict == Verdict.Fail);
        Assert.Equal(("expression-invalid", "public.a.id"), (finding.Code, finding.Subject));
        Assert.Contains("line 3", finding.Message);
    }

    [Fact]
    public async Task A_condition_that_cannot_be_counted_is_named_and_hides_no_other()
    {
        var findings = await FindingsAsync(
            "create table a (id int primary key, t text, n int, v int, w int); "
                + "insert into a values (1, 'x', null, 0, -1), (2, '3', 1, 1, 5)",
            "create table a (id int primary key, t int, n int not null, v int check (10 / v > 0), w int check (w > 0))",
            "  - source: a"
        );

        Assert.Equal(
            [
                "Fail check-violated public.a.w 1 1",
                "Fail null-not-allowed public.a.n 1 1",
                // The source's PostgreSQL 15 can tell that there are some, not how many.
                "Fail value-does-not-cast public.a.t  ",
                "Warn constraint-not-testable public.a.v  ",
            ],
            findings
                .Select(finding =>
                    $"{finding.Verdict} {finding.Code} {finding.Subject} {finding.Rows} "
                    + string.Join(",", finding.Examples)
                )
                .Where(finding => !finding.Contains("free-space"))
                .Order()
        );
    }

    private async Task<IReadOnlyList<Finding>> FindingsAsync(string source, string target, string tables)
    {
        await using var move = await Move.CreateAsync(servers, source, target, Token);
        return (
            await Preflight.RunAsync(
                PlanFile.Parse($"version: 1\ntables:\n{tables}\n", "plan.yaml"),
                move.Source,
                move.Target,
                Token
            )
        ).Findings;
    }
}
