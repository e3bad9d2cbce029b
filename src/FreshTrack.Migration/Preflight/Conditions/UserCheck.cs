using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Users that Stack Auth could not create or would not tell apart. Addresses are personal: users are named by
/// their id.</summary>
internal static class UserCheck
{
    public static Task<IReadOnlyList<Finding>> FindAsync(Survey survey, CancellationToken cancellationToken) =>
        FindAsync(
            survey.Source,
            survey.Plan,
            FindingCodes.UserEmailTwice,
            "users that share an e-mail address, upper and lower case taken as one; Stack Auth "
                + "wants them unique. Give them their own, or leave them behind with 'where'",
            new Sql("nullif(btrim(email), '') is not null and sharing > 1"),
            cancellationToken
        );

    public static Task<IReadOnlyList<Finding>> FindWithoutEmailAsync(
        NpgsqlConnection source,
        ResolvedPlan plan,
        CancellationToken cancellationToken
    ) =>
        FindAsync(
            source,
            plan,
            FindingCodes.UserWithoutEmail,
            "Stack Auth needs an e-mail address to create a user",
            new Sql("nullif(btrim(email), '') is null"),
            cancellationToken
        );

    // Not a condition to scan for: what could not be asked here, the target would not test either.
    private static async Task<IReadOnlyList<Finding>> FindAsync(
        NpgsqlConnection source,
        ResolvedPlan plan,
        string code,
        string message,
        Sql hit,
        CancellationToken cancellationToken
    )
    {
        if (plan.Users is not { } users)
        {
            return [];
        }

        var found = await source.ListAsync(
            Sql.Format(
                $"""
                select id::text, count(*) over ()
                from (select id, email, count(*) over (partition by lower(btrim(email))) as sharing
                      from {users.Source} where {new SourceRows(users).Filter}) u
                where {hit}
                order by id
                limit 3
                """
            ),
            row => (Id: row.GetString(0), Count: row.GetInt64(1)),
            cancellationToken
        );
        return found.Count == 0
            ? []
            :
            [
                new Finding(code, Verdict.Fail, $"{users.Source}.email", message, found[0].Count)
                {
                    Examples = [.. found.Select(user => user.Id)],
                },
            ];
    }
}
