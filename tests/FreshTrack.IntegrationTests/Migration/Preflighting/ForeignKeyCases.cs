using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Migration.Preflighting;

/// <summary>References of the target that would point at nothing.</summary>
internal static class ForeignKeyCases
{
    private const string Family =
        "create table p (id int primary key, gone bool); create table a (id int primary key, p int); insert "
        + "into p values (1, false), (2, true);";

    public static IReadOnlyList<PreflightCase> All { get; } =
    [
        new(FindingCodes.ForeignKeyViolated, Verdict.Fail, "public.a.p", 2, "1", "4")
        {
            What = "no such row",
            Source = $"{Family} insert into a values (1, 9), (2, 1), (3, null), (4, 9)",
            Target =
                "create table p (id int primary key, gone bool); create table a (id int primary key, p int "
                + "references p)",
            Tables = "  - source: p\n  - source: a",
            Mended = bad => bad with { Source = $"{Family} insert into a values (2, 1), (3, null)" },
        },
        new(FindingCodes.ForeignKeyViolated, Verdict.Fail, "public.a.p", 1, "1")
        {
            What = "the row stays behind",
            Source =
                "create table p (id int primary key, gone bool); create table a (id int primary key, p int "
                + "references p); insert into p values (1, false), (2, true); insert into a values (1, 2), (2, 1)",
            Target =
                "create table p (id int primary key, gone bool); create table a (id int primary key, p int "
                + "references p)",
            Tables = "  - { source: p, where: not gone }\n  - source: a",
            Mended = bad => bad with { Tables = "  - source: p\n  - source: a" },
        },
        new(FindingCodes.ForeignKeyViolated, Verdict.Fail, "public.a", 1, "2")
        {
            What = "several columns",
            Source =
                "create table p (x int, y text); create table a (id int, x int, y text); insert into p "
                + "values (1, 'a'); insert into a values (1, 1, 'a'), (2, 1, 'b'), (3, 2, null)",
            Target =
                "create table p (x int, y text, unique (y, x)); create table a (id int primary key, x int, "
                + "y text, foreign key (y, x) references p (y, x))",
            Tables = "  - source: p\n  - source: a",
            Mended = bad => bad with { Tables = "  - source: p\n  - { source: a, where: id <> 2 }" },
        },
        new(FindingCodes.ForeignKeyViolated, Verdict.Fail, "public.a", 1, "3")
        {
            What = "half a key, where all or none is asked for",
            Source =
                "create table p (x int, y text); create table a (id int, x int, y text); insert into p "
                + "values (1, 'a'); insert into a values (1, 1, 'a'), (2, null, null), (3, 2, null)",
            Target =
                "create table p (x int, y text, unique (x, y)); create table a (id int primary key, x int, "
                + "y text, foreign key (x, y) references p (x, y) match full)",
            Tables = "  - source: p\n  - source: a",
            Mended = bad => bad with { Tables = "  - source: p\n  - { source: a, where: id <> 3 }" },
        },
        new(FindingCodes.ForeignKeyViolated, Verdict.Fail, "public.a.p", 1, "3")
        {
            What = "two sources fill what is referenced",
            Source =
                "create table p (id int primary key); create table q (id int primary key); create table a "
                + "(id int primary key, p int); insert into p values (1); insert into q values (2); "
                + "insert into a values (1, 1), (2, 2), (3, 3)",
            Target = "create table p (id int primary key); create table a (id int primary key, p int references p)",
            Tables = "  - source: p\n  - { source: q, target: p }\n  - source: a",
            Mended = bad =>
                bad with
                {
                    Tables = "  - source: p\n  - { source: q, target: p }\n  - { source: a, where: p < 3 }",
                },
        },
        new(FindingCodes.ForeignKeyViolated, Verdict.Fail, "public.a.p", 1, "2")
        {
            What = "what is referenced is the target's own",
            Source =
                "create table a (id int primary key, p text); insert into a values (1, 'one'), (2, 'two'), (3, null)",
            Target =
                "create table p (name text primary key); insert into p values ('one'); create table a (id "
                + "int primary key, p text references p)",
            Mended = bad =>
                bad with
                {
                    Target =
                        "create table p (name text primary key); insert into p values ('one'), ('two'); "
                        + "create table a (id int primary key, p text references p)",
                },
        },
    ];
}
