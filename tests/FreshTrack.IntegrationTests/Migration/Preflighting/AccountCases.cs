using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Migration.Preflighting;

/// <summary>Users whom Stack Auth refuses, and users who move and will sign in in another way.</summary>
internal static class AccountCases
{
    private const string Ann = "00000000-0000-4000-8000-000000000001";

    private const string Bob = "00000000-0000-4000-8000-000000000002";

    private const string Left =
        "email_confirmed_at, raw_app_meta_data, raw_user_meta_data, phone, banned_until, deleted_at, is_sso_user, "
        + "is_anonymous";

    private const string Tables = "  - { source: auth.users, target: people, users: [id], leave: [" + Left + "] }";

    public static IReadOnlyList<PreflightCase> All { get; } =
    [
        Case(FindingCodes.UserDeleted, Verdict.Fail, "deleted_at", "email = 'Zm9vYmFyLWhhc2g', deleted_at = now()") with
        {
            Mended = bad => bad with { Tables = Where("deleted_at is null") },
        },
        new(FindingCodes.UserNotFound, Verdict.Fail, "public.orders.made_by", 1, "2")
        {
            What = "the rows of a deleted user who is left out",
            Source =
                Users("email = 'Zm9vYmFyLWhhc2g', deleted_at = now()")
                + $"create table orders (id int primary key, made_by uuid); insert into orders values (1, '{Ann}'), "
                + $"(2, '{Bob}');",
            Target = People + "; create table orders (id int primary key, made_by uuid)",
            Tables = Where("deleted_at is null") + "\n  - { source: orders, users: [made_by] }",
            Mended = bad =>
                bad with
                {
                    Tables = bad.Tables.Replace(
                        "users: [made_by]",
                        "users: [made_by], columns: { made_by: \"case when made_by in (select id from auth.users where "
                            + "deleted_at is null) then made_by end\" }"
                    ),
                },
        },
        Case(FindingCodes.UserAnonymous, Verdict.Fail, "is_anonymous", "email = null, is_anonymous = true") with
        {
            Mended = bad => bad with { Tables = Where("not is_anonymous") },
        },
        Case(FindingCodes.UserPhoneOnly, Verdict.Fail, "phone", "email = '', phone = '15550100199'"),
        Case(FindingCodes.UserEmailInvalid, Verdict.Fail, "email", "email = 'bob@left@example.org'") with
        {
            What = "two @",
        },
        Case(FindingCodes.UserEmailInvalid, Verdict.Fail, "email", "email = 'bob jones@example.org'") with
        {
            What = "a space",
        },
        Case(FindingCodes.UserEmailInvalid, Verdict.Fail, "email", "email = 'bob@bücher.example'") with
        {
            What = "a domain in Unicode",
        },
        Case(FindingCodes.UserEmailInvalid, Verdict.Fail, "email", "email = 'bob@' || repeat('a', 64) || '.org'") with
        {
            What = "a label of 64 characters",
        },
        new(FindingCodes.UserEmailTwice, Verdict.Fail, "auth.users.email", 2, Ann, Bob)
        {
            What = "but for a line break, of single sign-on",
            Source = Users("email = E'ANN@example.org\\n', is_sso_user = true"),
            Target = People,
            Tables = Tables,
            Mended = bad => bad with { Tables = Where("not is_sso_user") },
        },
        Case(
            FindingCodes.UserNameTooLong,
            Verdict.Fail,
            "raw_user_meta_data",
            "raw_user_meta_data = jsonb_build_object('full_name', repeat('🧊', 128) || 'x')"
        ) with
        {
            Mended = bad => bad with { Source = bad.Source.Replace("128) || 'x'", "128)") },
        },
        Case(
            FindingCodes.UserDeletedMoves,
            Verdict.Warn,
            "deleted_at",
            "deleted_at = now(), banned_until = 'infinity'"
        ),
        Case(FindingCodes.UserBanned, Verdict.Warn, "banned_until", "banned_until = '2099-01-01'") with
        {
            Mended = bad => bad with { Source = bad.Source.Replace("2099", "1999") },
        },
        Case(FindingCodes.UserSso, Verdict.Warn, "is_sso_user", "is_sso_user = true"),
        Case(
            FindingCodes.UserProviderOnly,
            Verdict.Warn,
            "raw_app_meta_data",
            "raw_app_meta_data = '{\"providers\": [\"google\"]}'"
        ) with
        {
            What = "by the metadata, where there are no identities",
            Mended = bad => bad with { Source = bad.Source.Replace("[\"google\"]", "[\"google\", \"email\"]") },
        },
        Case(FindingCodes.UserProviderOnly, Verdict.Warn, "raw_app_meta_data", "is_sso_user = false") with
        {
            What = "by the identities",
            Tables = WithIdentities,
            Source = Users("is_sso_user = false") + Identities + $"('{Bob}', 'google'), ('{Bob}', 'github');",
            Mended = bad => bad with { Source = bad.Source.Replace("'github'", "'email'") },
        },
        Case(FindingCodes.UserProviderOnly, Verdict.Warn, "raw_app_meta_data", "is_sso_user = false") with
        {
            What = "by the metadata, where the identities name no provider",
            Tables = WithIdentities,
            Source =
                Users("raw_app_meta_data = '{\"providers\": [\"google\"]}'")
                + "create table auth.identities (user_id uuid);",
            Mended = bad => bad with { Source = bad.Source.Replace("\"google\"", "\"email\"") },
        },
        Case(FindingCodes.UserEmailUnconfirmed, Verdict.Warn, "email_confirmed_at", "email_confirmed_at = null"),
        Case(FindingCodes.UserEmailNoCode, Verdict.Warn, "email", "email = 'bob@localhost'"),
    ];

    private const string WithIdentities = Tables + "\nleave: [auth.identities]";

    private const string Identities =
        "create table auth.identities (user_id uuid, provider text); insert into auth.identities values ";

    private const string People = "create table people (id uuid primary key, email text)";

    /// <summary>Two users who can move; the second is then changed.</summary>
    private static string Users(string change) =>
        $$$"""
            create schema auth;
            create table auth.users (id uuid primary key, email text, email_confirmed_at timestamptz,
                raw_app_meta_data jsonb, raw_user_meta_data jsonb, phone text, banned_until timestamptz,
                deleted_at timestamptz, is_sso_user boolean default false, is_anonymous boolean default false);
            insert into auth.users values
              ('{{{Ann}}}', 'ann@example.org', now(), '{"providers": ["email"]}'),
              ('{{{Bob}}}', 'bob@example.org', now(), '{"providers": ["email"]}');
            update auth.users set {{{change}}} where id = '{{{Bob}}}';
            """;

    private static string Where(string condition) => Tables.Replace("users: [id]", $"users: [id], where: {condition}");

    private static PreflightCase Case(string code, Verdict verdict, string column, string change) =>
        new(code, verdict, $"auth.users.{column}", 1, Bob)
        {
            Source = Users(change),
            Target = People,
            Tables = Tables,
            Mended = bad => bad with { Source = Users("is_sso_user = false") },
        };
}
