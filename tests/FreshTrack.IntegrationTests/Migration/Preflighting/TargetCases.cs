using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Migration.Preflighting;

/// <summary>What stands on the target's tables besides their columns.</summary>
internal static class TargetCases
{
    private const string Table = "create table a (id int primary key);";

    private const string Function =
        "create function f() returns trigger language plpgsql as $$ begin return new; end $$";

    public static IReadOnlyList<PreflightCase> All { get; } =
    [
        new(FindingCodes.TargetNotEmpty, Verdict.Fail, "public.a", 2)
        {
            Source = Table,
            Target = $"{Table} insert into a values (1), (2)",
            Mended = bad => bad with { Target = Table },
        },
        new(FindingCodes.TargetTrigger, Verdict.Warn, "public.a1", null)
        {
            What = "on a partition",
            Source = Table,
            Target =
                "create table a (id int primary key) partition by list (id); create table a1 partition of "
                + $"a default; {Function}; create trigger t before insert on a1 for each row execute function f()",
            Mended = bad => bad with { Target = $"{bad.Target}; alter table a1 disable trigger t" },
        },
        new(FindingCodes.TargetTrigger, Verdict.Warn, "public.a", null)
        {
            What = "on the table",
            Source = Table,
            Target = $"{Table} {Function}; create trigger t before insert on a for each row execute function f()",
            Mended = bad => bad with { Target = $"{bad.Target}; alter table a disable trigger t" },
        },
        new(FindingCodes.TargetRule, Verdict.Warn, "public.a", null)
        {
            Source = Table,
            Target = $"{Table} create rule r as on insert to a do instead nothing",
            Mended = bad => bad with { Target = Table },
        },
        new(FindingCodes.TargetRowSecurity, Verdict.Warn, "public.a", null)
        {
            Source = Table,
            Target = $"{Table} create policy own on a using (id > 0); alter table a enable row level security",
            Mended = bad => bad with { Target = $"{Table} create policy own on a using (id > 0)" },
        },
    ];
}
