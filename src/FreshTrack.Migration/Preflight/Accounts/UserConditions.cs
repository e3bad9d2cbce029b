using FreshTrack.Plan;

namespace FreshTrack.Migration.Preflighting;

/// <summary>What a user may be that Stack Auth refuses, or that its owner must be told.</summary>
/// <param name="Column">Of <c>auth.users</c>, which tells.</param>
/// <param name="Hit">SQL over <see cref="UserRows"/>.</param>
internal sealed record UserCondition(string Code, Verdict Verdict, string Column, string Message, Sql Hit);

internal static class UserConditions
{
    private const string OrLeaveOut = "or leave them out with 'where' (then rows that name them are user-not-found)";

    /// <summary>Stack Auth would refuse to create these, after the freeze.</summary>
    public static readonly IReadOnlyList<UserCondition> Refused =
    [
        new(
            FindingCodes.UserDeleted,
            Verdict.Fail,
            "deleted_at",
            "soft-deleted users: their e-mail is no address any more, and Stack Auth refuses it. Leave them out with "
                + "'where: deleted_at is null'; rows that name them are then user-not-found, until their column gets "
                + "an expression under 'columns' or they stay behind too",
            new Sql("is_deleted and not is_address")
        ),
        new(
            FindingCodes.UserAnonymous,
            Verdict.Fail,
            "is_anonymous",
            "anonymous users: they have no e-mail to sign in with. Leave them out with 'where: not is_anonymous'; "
                + "rows that name them are then user-not-found, until their column gets an expression under "
                + "'columns' or they stay behind too",
            new Sql("not is_deleted and is_anonymous")
        ),
        new(
            FindingCodes.UserPhoneOnly,
            Verdict.Fail,
            "phone",
            $"users who sign in by phone alone: Stack Auth sends no text messages. Give them an e-mail in Supabase, "
                + OrLeaveOut,
            new Sql("not is_deleted and not is_anonymous and email = '' and has_phone")
        ),
        new(
            FindingCodes.UserWithoutEmail,
            Verdict.Fail,
            "email",
            $"users without an e-mail, who could never sign in. Give them one in Supabase, {OrLeaveOut}",
            new Sql("not is_deleted and not is_anonymous and email = '' and not has_phone")
        ),
        new(
            FindingCodes.UserEmailInvalid,
            Verdict.Fail,
            "email",
            $"e-mails that Stack Auth refuses (one '@', no spaces, letters and digits of ASCII in the domain). "
                + $"Correct them in Supabase, {OrLeaveOut}",
            new Sql("not is_deleted and email <> '' and not is_address")
        ),
        new(
            FindingCodes.UserEmailTwice,
            Verdict.Fail,
            "email",
            "users that share an e-mail address, which Stack Auth keeps trimmed and in lower case and wants to be "
                + $"unique. Give them their own, {OrLeaveOut}",
            new Sql("email <> '' and sharing > 1")
        ),
        new(
            FindingCodes.UserNameTooLong,
            Verdict.Fail,
            "raw_user_meta_data",
            $"names ('full_name') of more than 256 characters, which Stack Auth refuses. Shorten them in Supabase, "
                + OrLeaveOut,
            new Sql("name_length > 256")
        ),
    ];

    /// <summary>These move, and not everything is as it was.</summary>
    public static readonly IReadOnlyList<UserCondition> Told =
    [
        new(
            FindingCodes.UserDeletedMoves,
            Verdict.Warn,
            "deleted_at",
            "users marked as deleted whose e-mail is still an address: they are created restricted, and the API "
                + "refuses them. Or leave them out with 'where: deleted_at is null'",
            new Sql("is_deleted and is_address")
        ),
        new(
            FindingCodes.UserBanned,
            Verdict.Warn,
            "banned_until",
            "banned users: they are created restricted, and the API refuses them. A ban that ends by itself stays in "
                + "Stack Auth until an administrator lifts the restriction",
            new Sql("not is_deleted and is_banned")
        ),
        new(
            FindingCodes.UserSso,
            Verdict.Warn,
            "is_sso_user",
            "users of single sign-on: it does not move, they sign in by a code or set a password by mail. Tell them, "
                + "or set their provider up in Stack Auth",
            new Sql("not is_deleted and is_sso")
        ),
        new(
            FindingCodes.UserProviderOnly,
            Verdict.Warn,
            "raw_app_meta_data",
            "users who signed in by a provider alone, such as Google: that does not move, they sign in by a code or "
                + "set a password by mail. With the provider set up in Stack Auth, a confirmed e-mail links it",
            new Sql("not is_deleted and not is_sso and 'email' <> all (providers) and providers <> '{phone}'")
        ),
        new(
            FindingCodes.UserEmailUnconfirmed,
            Verdict.Warn,
            "email_confirmed_at",
            "users who never confirmed their e-mail: Stack Auth sends them no sign-in code. They set a password by "
                + "mail, and stay restricted where the project requires confirmed e-mails, until they confirm theirs",
            new Sql("not is_deleted and not is_anonymous and is_address and not is_confirmed")
        ),
        new(
            FindingCodes.UserEmailNoCode,
            Verdict.Warn,
            "email",
            "e-mails that Stack Auth keeps and sends no sign-in code to (a domain without a dot, empty parts, more "
                + "than 256 characters): these users set a password by mail",
            new Sql("not is_deleted and is_address and not takes_codes")
        ),
    ];
}
