using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Migration.Preflighting;

/// <summary>Conditions, partitions and sequences of the target that the rows do not fit.</summary>
internal static class ConstraintCases
{
    private const string Rows =
        "create table a (id int primary key, v int); insert into a values (1, 1), (2, -1), (3, null);";

    public static IReadOnlyList<PreflightCase> All { get; } =
    [
        new(FindingCodes.CheckViolated, Verdict.Fail, "public.a.v", 1, "2")
        {
            What = "a number",
            Source = Rows,
            Target = "create table a (id int primary key, v int check (v > 0))",
            Mended = bad => bad with { Target = "create table a (id int primary key, v int check (v >= -1))" },
        },
        new(FindingCodes.CheckViolated, Verdict.Fail, "public.a", 1, "1")
        {
            What = "an enum that the source has as text",
            Source =
                "create table a (id int primary key, v text, why text); insert into a values (1, 'off', "
                + "null), (2, 'on', null), (3, 'off', 'broken')",
            Target =
                "create type state as enum ('on', 'off'); create table a (id int primary key, v state, why "
                + "text, check (v = 'on' or why is not null))",
            Mended = bad => bad with { Tables = "  - { source: a, where: id <> 1 }" },
        },
        new(FindingCodes.CheckViolated, Verdict.Fail, "public.a.v", 1, "2")
        {
            What = "the order of an enum",
            Source =
                "create type state as enum ('low', 'mid', 'high'); create table a (id int primary key, v "
                + "state); insert into a values (1, 'low'), (2, 'high')",
            Target =
                "create type state as enum ('low', 'high'); create table a (id int primary key, v state "
                + "check (v < 'high'))",
            Mended = bad => bad with { Tables = "  - { source: a, where: id <> 2 }" },
        },
        new(FindingCodes.ConstraintNotTestable, Verdict.Warn, "public.a.v", null)
        {
            What = "the order of an enum that the source lacks",
            Source = "create table a (id int primary key, v text); insert into a values (1, 'low')",
            Target =
                "create type state as enum ('low', 'high'); create table a (id int primary key, v state "
                + "check (v < 'high'))",
            Mended = bad =>
                bad with
                {
                    Target =
                        "create type state as enum ('low', 'high'); create table a (id int primary key, v "
                        + "state check (v <> 'high'))",
                },
        },
        new(FindingCodes.DomainViolated, Verdict.Fail, "public.a.v", 1, "2")
        {
            Source = Rows,
            Target =
                "create domain number as int check (value <> 0); create domain positive as number check "
                + "(value > 0); create table a (id int primary key, v positive)",
            Mended = bad => bad with { Tables = "  - { source: a, where: id <> 2 }" },
        },
        new(FindingCodes.PartitionMissing, Verdict.Fail, "public.a", 2, "2", "3")
        {
            What = "by list",
            Source = Rows,
            Target =
                "create table a (id int, v int) partition by list (v); create table a1 partition of a for "
                + "values in (1)",
            Tables = "  - { source: a, key: [id] }",
            Mended = bad =>
                bad with
                {
                    Target =
                        "create table a (id int, v int) partition by list (v); create table a1 partition of "
                        + "a for values in (1); create table a2 partition of a default",
                },
        },
        new(FindingCodes.PartitionMissing, Verdict.Fail, "public.a.v", 2, "2", "3")
        {
            What = "by range of a number",
            Source = Rows,
            Target =
                "create table a (id int, v int) partition by range (v); create table a1 partition of a for "
                + "values from (0) to (10)",
            Tables = "  - { source: a, key: [id] }",
            Mended = bad => bad with { Tables = "  - { source: a, key: [id], where: v > 0 }" },
        },
        new(FindingCodes.PartitionMissing, Verdict.Fail, "public.a.v", 1, "2")
        {
            What = "by range of time, at no time",
            Source = "create table a (id int, v timestamptz); insert into a values (1, '2026-01-01'), (2, 'infinity')",
            Target = "create table a (id int, v timestamptz) partition by range (v)",
            Tables = "  - { source: a, key: [id] }",
            Mended = bad => bad with { Tables = "  - { source: a, key: [id], where: id = 1 }" },
        },
        new(FindingCodes.ConstraintNotTestable, Verdict.Warn, "public.a", null)
        {
            What = "a hash without all of its partitions",
            Source = Rows,
            Target =
                "create table a (id int, v int) partition by hash (id); create table a0 partition of a for "
                + "values with (modulus 2, remainder 0)",
            Mended = bad =>
                bad with
                {
                    Target = $"{bad.Target}; create table a1 partition of a for values with (modulus 2, remainder 1)",
                },
        },
        new(FindingCodes.ExclusionNotTested, Verdict.Warn, "public.a.v", null)
        {
            Source = "create table a (id int, v int4range)",
            Target = "create table a (id int, v int4range, exclude using gist (v with &&))",
            Mended = bad => bad with { Target = "create table a (id int, v int4range)" },
        },
        new(FindingCodes.SequenceOutOfRange, Verdict.Fail, "public.a.id", null)
        {
            Source = "create table a (id int); insert into a values (32767)",
            Target = "create table a (id int generated always as identity (maxvalue 32767))",
            Mended = bad => bad with { Target = "create table a (id int generated always as identity)" },
        },
        new(FindingCodes.SequenceNotSet, Verdict.Warn, "public.a.id", null)
        {
            Source = "create table a (id int)",
            Target = "create sequence numbers; create table a (id int default nextval('numbers'))",
            Mended = bad => bad with { Target = $"{bad.Target}; alter sequence numbers owned by a.id" },
        },
        new(FindingCodes.SequenceNotMoved, Verdict.Warn, "public.invoices", null)
        {
            Source = "create table a (id serial); create sequence invoices",
            Target = "create table a (id serial)",
            Mended = bad => bad with { Tables = "  - source: a\nleave: [invoices]" },
        },
    ];
}
