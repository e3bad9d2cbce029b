using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Users that Stack Auth would not tell apart. Addresses are personal: users are named by their id.</summary>
internal static class UserChecks
{
    public static async Task<IReadOnlyList<Finding>> RunAsync(
        NpgsqlConnection source,
        ResolvedPlan plan,
        CancellationToken cancellationToken
    )
    {
        if (plan.Users is not { } users)
        {
            return [];
        }

        var twice = await source.ListAsync(
            Sql.Format(
                $"""
                select id::text, count(*) over ()
                from (select id, count(*) over (partition by lower(btrim(email))) as sharing from {users.Source} where nullif(btrim(email), '') is not null and {RowKey.Where(
                    users
                )}) u
                where sharing > 1
                order by id
                limit 3
                """
            ),
            row => (Id: row.GetString(0), Count: row.GetInt64(1)),
            cancellationToken
        );
        return twice.Count == 0
            ? []
            :
            [
                new Finding(
                    FindingCodes.UserEmailTwice,
                    Verdict.Fail,
                    $"{users.Source}.email",
                    "users that share an e-mail address, upper and lower case taken as one; Stack Auth "
                        + "wants them unique. Give them their own, or leave them behind with 'where'",
                    twice[0].Count
                )
                {
                    Examples = [.. twice.Select(user => user.Id)],
                },
            ];
    }
}
