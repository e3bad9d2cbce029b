namespace FreshTrack.Plan;

/// <summary>What comparing the source's users with those of Stack Auth can come to; as stable as
/// <see cref="FindingCodes"/>.</summary>
public static class AccountFindingCodes
{
    public const string UserEmailTaken = "user-email-taken";
    public const string UserAccountTwice = "user-account-twice";
    public const string UserEmailChanged = "user-email-changed";
    public const string UserAccountAdopted = "user-account-adopted";
    public const string UserAccountLeft = "user-account-left";
    public const string UserAccountsNotRead = "user-accounts-not-read";
}
