using FreshTrack.Clients.StackAuth;
using FreshTrack.Migration.Users;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Compares the users that move with those that Stack Auth has already: of an earlier run, or of people who
/// signed up there.</summary>
public static class AccountCheck
{
    /// <param name="target">Its user map says whom a return brought back.</param>
    /// <param name="stackAuth">Null when none was named: then nothing is found.</param>
    public static async Task<IReadOnlyList<Finding>> FindAsync(
        ResolvedPlan plan,
        NpgsqlDataSource source,
        NpgsqlDataSource target,
        StackAuthClient? stackAuth,
        CancellationToken cancellationToken
    )
    {
        if (plan.Users is not { } table || stackAuth is null)
        {
            return [];
        }

        await using var connection = await Sessions.OpenAsync(source, Preflight.Session, cancellationToken);
        var users = await SourceUsers.ReadAsync(connection, table, cancellationToken);
        try
        {
            var accounts = await stackAuth.ListUsersAsync(cancellationToken).ToListAsync(cancellationToken);
            var pairs = await UserPairs.ReadAsync(target, cancellationToken);
            return [.. Findings(AccountMatch.Of(users, accounts, pairs), table)];
        }
        catch (StackAuthException error)
        {
            var subject = table.Source.ToString();
            return [new Finding(AccountFindingCodes.UserAccountsNotRead, Verdict.Inconclusive, subject, error.Message)];
        }
    }

    private static IEnumerable<Finding> Findings(AccountMatch match, TableProjection table)
    {
        var known = match
            .Known.Concat(match.Adoptions.Where(taken => taken.IsPaired).Select(taken => (taken.User, taken.Account)))
            .Concat(match.Twice.SelectMany(twice => twice.Accounts, (twice, account) => (twice.User, account)));
        return new[]
        {
            Found(
                AccountFindingCodes.UserEmailTaken,
                Verdict.Fail,
                "users who may be people who are in Stack Auth already, or others: accounts have their e-mail, and it "
                    + "is not confirmed on both sides, or they are somebody else's. Delete the other one in Stack "
                    + "Auth, or set 'supabase_id' of its server metadata to the user's id",
                match.Doubtful.Select(doubt => doubt.User.Id)
            ),
            Found(
                AccountFindingCodes.UserAccountTwice,
                Verdict.Fail,
                "users who have two users in Stack Auth, by the 'supabase_id' of their server metadata: an answer to "
                    + "an earlier run was lost. Delete the one that is not in use",
                match.Twice.Select(twice => twice.User.Id)
            ),
            Found(
                AccountFindingCodes.UserEmailChanged,
                Verdict.Warn,
                EmailChanged,
                known.Where(pair => pair.Item2.Email != pair.Item1.Email).Select(pair => pair.Item1.Id).Distinct()
            ),
            Found(
                AccountFindingCodes.UserAccountAdopted,
                Verdict.Warn,
                "users whose e-mail, confirmed on both sides, a user of Stack Auth has whom no move created: they are "
                    + "taken for the same people, and sign in as they do there",
                match.Adoptions.Where(taken => !taken.IsPaired).Select(taken => taken.User.Id)
            ),
            Found(
                AccountFindingCodes.UserAccountLeft,
                Verdict.Warn,
                "users whom an earlier run created in Stack Auth and who do not move now: they can sign in there and "
                    + "see nothing. Delete them in Stack Auth",
                match.Left.Select(account => account.SupabaseId!.Value)
            ),
        }.OfType<Finding>();

        Finding? Found(string code, Verdict verdict, string message, IEnumerable<Guid> users)
        {
            var hit = users.ToList();
            return hit.Count == 0
                ? null
                : new Finding(code, verdict, $"{table.Source}.email", message, hit.Count)
                {
                    Examples = [.. hit.Take(3).Select(id => id.ToString())],
                };
        }
    }

    internal const string EmailChanged =
        "users who have another e-mail in Stack Auth than in the source now, where an earlier run or a return left "
        + "them: they sign in with the one of Stack Auth. Set it right on one side";
}
