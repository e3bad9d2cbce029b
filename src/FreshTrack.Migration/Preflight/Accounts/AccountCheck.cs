using FreshTrack.Clients.StackAuth;
using FreshTrack.Migration.Users;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Compares the users that move with those that Stack Auth has already: of an earlier run, or of people who
/// signed up there.</summary>
public static class AccountCheck
{
    /// <param name="stackAuth">Null when none was named: then nothing is found.</param>
    public static async Task<IReadOnlyList<Finding>> FindAsync(
        ResolvedPlan plan,
        NpgsqlDataSource source,
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
            return [.. Compare(users, accounts, table)];
        }
        catch (StackAuthException error)
        {
            var subject = table.Source.ToString();
            return [new Finding(AccountFindingCodes.UserAccountsNotRead, Verdict.Inconclusive, subject, error.Message)];
        }
    }

    private static IEnumerable<Finding> Compare(List<SourceUser> users, List<StackUser> accounts, TableProjection table)
    {
        var moved = accounts.ToLookup(account => account.SupabaseId);
        var taken = accounts.Select(account => account.Email).OfType<string>().ToHashSet();
        if (users.Where(user => !moved.Contains(user.Id) && taken.Contains(user.Email)).ToList() is { Count: > 0 } met)
        {
            yield return Found(
                AccountFindingCodes.UserEmailTaken,
                Verdict.Fail,
                "users whose e-mail another user of Stack Auth has, who was not moved. Delete that one in Stack Auth, "
                    + "or set 'supabase_id' of its server metadata to the user's id",
                met
            );
        }

        if (users.Where(user => moved[user.Id].Count() > 1).ToList() is { Count: > 0 } twice)
        {
            yield return Found(
                AccountFindingCodes.UserAccountTwice,
                Verdict.Fail,
                "users who have two users in Stack Auth, by the 'supabase_id' of their server metadata: an answer to "
                    + "an earlier run was lost. Delete the one that is not in use",
                twice
            );
        }

        if (
            users.Where(user => moved[user.Id].Any(account => account.Email != user.Email)).ToList() is
            { Count: > 0 } other
        )
        {
            yield return Found(AccountFindingCodes.UserEmailChanged, Verdict.Warn, EmailChanged, other);
        }

        Finding Found(string code, Verdict verdict, string message, List<SourceUser> hit) =>
            new(code, verdict, $"{table.Source}.email", message, hit.Count)
            {
                Examples = [.. hit.Take(3).Select(user => user.Id.ToString())],
            };
    }

    internal const string EmailChanged =
        "users whom an earlier run created in Stack Auth with another e-mail than they have in the source now: they "
        + "sign in with the one of Stack Auth. Set it right on one side";
}
