using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Users that Stack Auth would refuse, or who will sign in in another way. Addresses are personal: users are
/// named by their id.</summary>
internal static class UserCheck
{
    /// <summary>Those that move, and must be told.</summary>
    public static Task<IReadOnlyList<Finding>> FindAsync(Survey survey, CancellationToken cancellationToken) =>
        FindAsync(survey.Source, survey.Plan, UserConditions.Told, cancellationToken);

    /// <param name="source">In a transaction.</param>
    public static Task<IReadOnlyList<Finding>> FindRefusedAsync(
        NpgsqlConnection source,
        ResolvedPlan plan,
        CancellationToken cancellationToken
    ) => FindAsync(source, plan, UserConditions.Refused, cancellationToken);

    // Not a condition to scan for: what could not be asked here, the target would not test either.
    private static async Task<IReadOnlyList<Finding>> FindAsync(
        NpgsqlConnection source,
        ResolvedPlan plan,
        IReadOnlyList<UserCondition> conditions,
        CancellationToken cancellationToken
    )
    {
        if (plan.Users is not { } users)
        {
            return [];
        }

        var rows = await UserRows.OfAsync(source, users, cancellationToken);
        var findings = new List<Finding>();
        foreach (var condition in conditions)
        {
            var found = await source.ListAsync(
                Sql.Format($"select id::text, count(*) over () from {rows} where {condition.Hit} order by id limit 3"),
                row => (Id: row.GetString(0), Count: row.GetInt64(1)),
                cancellationToken
            );
            if (found.Count > 0)
            {
                var subject = $"{users.Source}.{condition.Column}";
                findings.Add(
                    new Finding(condition.Code, condition.Verdict, subject, condition.Message, found[0].Count)
                    {
                        Examples = [.. found.Select(user => user.Id)],
                    }
                );
            }
        }

        return findings;
    }
}
