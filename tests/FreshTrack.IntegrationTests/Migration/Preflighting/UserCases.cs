using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Migration.Preflighting;

/// <summary>Users whom Stack Auth would refuse, and rows of users whom nobody knows.</summary>
internal static class UserCases
{
    private const string Ann = "00000000-0000-4000-8000-000000000001";

    private const string Bob = "00000000-0000-4000-8000-000000000002";

    private const string People =
        "create table people (id uuid primary key, email text); create table a (id int primary key, u uuid)";

    private const string Tables =
        "  - { source: auth.users, target: people, users: [id] }\n  - { source: a, users: [u] }";

    public static IReadOnlyList<PreflightCase> All { get; } =
    [
        new(FindingCodes.UserWithoutEmail, Verdict.Fail, "auth.users.email", 1, Bob)
        {
            Source = Users("ann@example.org", " "),
            Target = People,
            Tables = Tables,
            Mended = bad => bad with { Source = Users("ann@example.org", "bob@example.org") },
        },
        new(FindingCodes.UserEmailTwice, Verdict.Fail, "auth.users.email", 2, Ann, Bob)
        {
            Source = Users("ann@example.org", "Ann@Example.org "),
            Target = People,
            Tables = Tables,
            Mended = bad => bad with { Source = Users("ann@example.org", "bob@example.org") },
        },
        new(FindingCodes.UserNotFound, Verdict.Fail, "public.a.u", 1, "3")
        {
            What = "no such user",
            Source =
                $"{Users("ann@example.org", "bob@example.org")} insert into a values (1, '{Ann}'), (2, "
                + "null), (3, '00000000-0000-4000-8000-000000000003');",
            Target = People,
            Tables = Tables,
            Mended = bad =>
                bad with
                {
                    Source =
                        $"{Users("ann@example.org", "bob@example.org")} insert into a values (1, '{Ann}'), (2, null);",
                },
        },
        new(FindingCodes.UserNotFound, Verdict.Fail, "public.a.u", 1, "2")
        {
            What = "a user who stays behind",
            Source = $"{Users("ann@example.org", "bob@left.org")} insert into a values (1, '{Ann}'), (2, '{Bob}');",
            Target = People,
            Tables = Tables.Replace("users: [id]", "users: [id], where: email not like '%left.org'"),
            Mended = bad => bad with { Tables = Tables },
        },
    ];

    private static string Users(string ann, string bob) =>
        "create schema auth; create table auth.users (id uuid primary key, email text); insert into "
        + $"auth.users values ('{Ann}', '{ann}'), ('{Bob}', '{bob}'); create table a (id int primary key, u uuid);";
}
