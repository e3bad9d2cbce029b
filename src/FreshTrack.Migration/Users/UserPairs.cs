using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Users;

/// <summary>Reads the user map of a target, which may have none yet.</summary>
internal static class UserPairs
{
    private static readonly Sql IsThere = new("select to_regclass($1) is not null");

    /// <returns>Ids of Stack Auth by the source's.</returns>
    public static async Task<IReadOnlyDictionary<Guid, Guid>> ReadAsync(
        NpgsqlDataSource target,
        CancellationToken cancellationToken
    ) =>
        await target.ScalarAsync<bool>(IsThere, cancellationToken, Sql.Format($"{OwnNames.UserMap}").Text)
            ? (
                await target.ListAsync(
                    Sql.Format($"select source_id, target_id from {OwnNames.UserMap}"),
                    row => (Source: row.GetGuid(0), Target: row.GetGuid(1)),
                    cancellationToken
                )
            ).ToDictionary(pair => pair.Source, pair => pair.Target)
            : new Dictionary<Guid, Guid>();
}
